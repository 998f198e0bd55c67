import { connect } from "../../cluster/client.js";
import { isFailure } from "../../node/failure.js";
import { printable } from "../../source/printable.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { followCluster } from "./cluster/follow.js";
import type { LogsOptions } from "./logs_options.js";
import { shown } from "./shown.js";

export async function logsOfCluster(options: LogsOptions): Promise<number> {
  const cluster = await connect(options);
  if (isFailure(cluster)) return fail("logs", cluster.error, cluster);
  const { node: nodes, since, once } = options;
  const out = shown({ ...options, withNode: true });
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on("SIGINT", end).on("SIGTERM", end);
  process.stdout.on("error", end);
  const ended = await followCluster(
    cluster,
    { follow: !once, ...(since !== undefined && { since }), ...(nodes && { nodes }) },
    {
      onRecord: (record) => (out.asked(record) ? out.show(record) : out.left > 0),
      onLost: (lost, node) => out.lost(lost, node, "node_name"),
      onProblem: (problem, help) => say(problem, help),
    },
    stop,
  );
  if (isFailure(ended)) return fail("logs", ended.error, ended);
  return ended.isPartial ? EXIT.findings : EXIT.ok;
}

/** Beside the records: what is missing of them. */
function say(problem: string, help: string | undefined): void {
  const lines = [`polc logs: ${printable(problem)}`, ...(help ? [`  help: ${printable(help)}`] : [])];
  process.stderr.write(`${lines.join("\n")}\n`);
}
