/** Prometheus' own tool, which reads metrics and expressions as the server does. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PROMTOOL = existsSync("build/tools/promtool") ? "build/tools/promtool" : "promtool";

export const noPromtool = spawnSync(PROMTOOL, ["--version"]).error !== undefined;

/** What it says; empty: nothing is wrong. */
export function promtool(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(PROMTOOL, args, {
    encoding: "utf8",
    ...(input && { input }),
  });
  if (error) throw error;
  return status === 0 ? stderr.trim() : `${stdout}${stderr}`;
}
