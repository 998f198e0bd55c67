import { removeLocal } from "../../node/local.js";
import { instances } from "../../node/run_dir.js";
import { printable } from "../../source/printable.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";

interface UndeployOptions {
  readonly local: boolean;
  readonly instance: string;
}

export async function run({ local, instance }: UndeployOptions): Promise<number> {
  if (!local) return fail("undeploy", "undeploy needs --local");
  const known = instances().includes(instance);
  const failure = await removeLocal(instance);
  if (failure) return fail("undeploy", failure.error, failure);
  const name = printable(instance);
  process.stdout.write(
    known
      ? `removed ${name}: nothing of it is enforced any more\n`
      : `there was nothing installed as ${name}\n`,
  );
  return EXIT.ok;
}
