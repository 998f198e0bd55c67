import { onPath } from "../../src/source/on_path.js";
import { must } from "./root.js";

/** Why no roots can be made here; debootstrap is installed where apt has it. */
export function unable(): string | undefined {
  if (process.getuid?.() !== 0) return "it needs root";
  if (!onPath("debootstrap")) {
    if (!onPath("apt-get")) return "it needs debootstrap";
    must("apt-get", ["update", "-qq"]);
    must("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "debootstrap"]);
  }
  return undefined;
}
