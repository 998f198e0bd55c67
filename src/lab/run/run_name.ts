import { randomBytes } from "node:crypto";

/** A name that no other lab of this machine has: in namespaces `polc-NAME-...`, in the loader's instances `NAME-node-1`. */
export function labName(): string {
  return `lab-${process.pid}-${randomBytes(3).toString("hex")}`;
}
