/** The programs of services that a lab's nodes run. */
import { isFailure } from "../../node/failure.js";
import { compileServiceObjects } from "../../node/service_objects.js";
import type { ServiceObjects } from "../../services/node/services_state.js";
import { LabError } from "../command.js";
import type { Mode } from "./mode.js";

const NONE = { path: "", sha256: "" };

/**
 * Compiled into `directory`; rules of nftables need none.
 * @throws LabError
 */
export async function serviceObjects(mode: Mode, directory: string): Promise<ServiceObjects> {
  if (mode === "nftables") return { tc: NONE, xdp: NONE, socket: NONE };
  const objects = await compileServiceObjects(directory);
  if (isFailure(objects)) throw new LabError(objects.error, objects.help);
  return objects;
}
