/** How long enforcement takes, by the measurement that works for every engine. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import type { Tally } from "../systems/tally.js";
import { Cluster } from "./cluster.js";

const SCRIPT = join(packageRoot(), "../shared/cluster/latency");
const TRIALS = process.env.POLC_TRIALS ?? "30";

/** Milliseconds, from the POST of a policy to the first refused connection. */
const MEDIAN_MS = 10;
const P95_MS = 20;

export async function latency(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: 2 });
  try {
    await cluster.startAgents();
    const text = execFileSync(join(cluster.state, "in"), [SCRIPT, cluster.state, TRIALS], {
      encoding: "utf8",
    });
    process.stdout.write(text);
    const made = /^policy: POST to first failed.* median=(\d+) p95=(\d+)/m.exec(text);
    const [median, p95] = [Number(made?.[1] ?? NaN), Number(made?.[2] ?? NaN)];
    const result = median <= MEDIAN_MS && p95 <= P95_MS ? "passed" : "failed";
    tally.report(`a policy is enforced within ${MEDIAN_MS} (${P95_MS}) ms`, result, `${median} (${p95}) ms`);
  } finally {
    await cluster.down();
  }
}
