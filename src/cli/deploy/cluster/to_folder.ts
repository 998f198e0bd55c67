import { writeFolder } from "../../../deploy/gitops.js";
import { shortDigest } from "../../../node/describe_plan.js";
import { isFailure } from "../../../node/failure.js";
import { printable } from "../../../source/printable.js";
import { EXIT } from "../../exit.js";
import { fail } from "../../fail.js";
import type { Brought } from "./bring.js";
import { readTarget } from "./deploy.js";

export interface ToFolderOptions {
  readonly to: string;
  readonly name: string;
  readonly epoch?: number;
  readonly dryRun?: "client" | "server";
}

export async function writeToFolder(
  bundle: string,
  { to, name, epoch, dryRun }: ToFolderOptions,
): Promise<Brought> {
  const read = await readTarget(bundle);
  if (typeof read === "number") return { code: read, changes: false };
  const written = writeFolder(to, read.target, { name, epoch, dryRun: dryRun !== undefined });
  if (isFailure(written)) return { code: fail("deploy --to", written.error, written), changes: false };
  const { before, isSame } = written;
  const was = before ? `, before ${shortDigest(before.digest)} as epoch ${before.epoch}` : "";
  const done = isSame ? "is there already" : dryRun ? "would be written" : "written";
  process.stdout.write(
    printable(`${to}: ${shortDigest(read.target.digest)} as epoch ${written.epoch} ${done}${was}`) + "\n",
  );
  return { code: EXIT.ok, changes: !isSame };
}
