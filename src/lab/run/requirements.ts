/** What a machine must have to run a lab. */
import { existsSync } from "node:fs";
import { loaderPath } from "../../node/loader.js";
import { missingTool } from "../../node/missing_tool.js";
import { LabError } from "../command.js";
import { probePath } from "../probe/probe_process.js";

/** What is missing, with what to do about it; undefined if nothing is. */
export function missingForLab(): LabError | undefined {
  if (process.platform !== "linux")
    return new LabError("a lab needs Linux: it is made of network namespaces");
  if (process.getuid?.() !== 0)
    return new LabError(
      "a lab needs root: it makes network namespaces and loads programs",
      "run it with sudo",
    );
  const tool = missingTool("ip") ?? missingTool("nsenter");
  if (tool) return new LabError(tool.error, tool.help);
  if (!existsSync("/proc/sys/net/ipv6")) return new LabError("a lab needs IPv6 in the kernel");
  if (!existsSync("/sys/fs/bpf")) return new LabError("a lab needs a kernel with BPF");
  try {
    probePath();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  const loader = loaderPath();
  return typeof loader === "string" ? undefined : new LabError(loader.error, loader.help);
}

/** @throws LabError with what is missing. */
export function requireLab(): void {
  const missing = missingForLab();
  if (missing) throw missing;
}
