import { onPath } from "../source/on_path.js";
import type { Failure } from "./failure.js";

/** The tools that polc runs by name, with the packages of Debian and Ubuntu that have them. */
const PACKAGES = { ip: "iproute2", nsenter: "util-linux" };

export function missingTool(tool: keyof typeof PACKAGES): Failure | undefined {
  return onPath(tool)
    ? undefined
    : { error: `there is no ${tool} on PATH`, help: `install it: apt-get install ${PACKAGES[tool]}` };
}
