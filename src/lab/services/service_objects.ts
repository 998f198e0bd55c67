import type { ServiceObjects } from "../../services/node/services_state.js";
import { LabError } from "../command.js";
import type { Mode } from "./mode.js";

const NONE = { path: "", sha256: "" };

/** The programs; rules of nftables need none. */
export async function serviceObjects(mode: Mode): Promise<ServiceObjects> {
  if (mode === "nftables") return { tc: NONE, xdp: NONE, socket: NONE };
  throw new LabError("the programs of services are not built");
}
