/** The Kubernetes project's own suites: run in parts at once, and counted spec by spec. */
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tally } from "../systems/tally.js";
import type { Cluster } from "./cluster.js";

export interface SuitePart {
  readonly name: string;
  readonly focus: string;
  readonly skip?: string;
}

/** Specs that cannot run here, with the reason. */
export type Impossible = readonly (readonly [spec: RegExp, why: string])[];

export async function runSuite(
  cluster: Cluster,
  tally: Tally,
  parts: readonly SuitePart[],
  impossible: Impossible,
): Promise<void> {
  const reports = await Promise.all(parts.map((part) => runPart(cluster, part)));
  const seen = new Set<string>();
  for (const [i, report] of reports.entries()) {
    if (report === undefined) tally.report(`suite ${parts[i]!.name}`, "failed", "it ended without a report");
    for (const spec of specsIn(report ?? "")) {
      if (seen.has(spec.name)) continue;
      const why = impossible.find(([name]) => name.test(spec.name))?.[1];
      if (spec.result === "skipped" && why === undefined) continue;
      seen.add(spec.name);
      if (why !== undefined) tally.report(spec.name, "skipped", why);
      else
        tally.report(spec.name, spec.result, [`${spec.seconds} s`, spec.message].filter(Boolean).join("  "));
    }
  }
}

/** What it printed is beside the report, for who looks for a reason. */
async function runPart(cluster: Cluster, { name, focus, skip }: SuitePart): Promise<string | undefined> {
  const report = join(cluster.state, `${name}.xml`);
  const args = [
    ...["e2e.test", `--kubeconfig=${join(cluster.state, "kubeconfig")}`, "--provider=skeleton"],
    ...["--ginkgo.no-color", "--ginkgo.v", "--ginkgo.timeout=60m", `--ginkgo.focus=${focus}`],
    ...(skip === undefined ? [] : [`--ginkgo.skip=${skip}`]),
    `--ginkgo.junit-report=${report}`,
  ];
  const child = spawn(join(cluster.state, "in"), args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(join(cluster.state, `${name}.log`));
  for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
  await new Promise((resolve) => child.on("close", resolve));
  log.end();
  return existsSync(report) ? readFileSync(report, "utf8") : undefined;
}

interface Spec {
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  readonly seconds: number;
  readonly message: string;
}

function specsIn(report: string): Spec[] {
  return [...report.matchAll(/<testcase ([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)].flatMap((match): Spec[] => {
    const name = attribute(match[1]!, "name");
    if (!name.startsWith("[It]")) return [];
    const state = attribute(match[1]!, "status");
    const result =
      state === "passed" ? "passed" : state === "skipped" || state === "pending" ? "skipped" : "failed";
    const failure = /<(?:failure|error) ([^>]*)/.exec(match[3] ?? "")?.[1];
    const message = failure === undefined ? "" : attribute(failure, "message").split("\n")[0]!.slice(0, 160);
    const seconds = Math.round(Number(attribute(match[1]!, "time")));
    return [{ name: name.slice("[It] ".length), result, seconds, message }];
  });
}

function attribute(text: string, name: string): string {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1] ?? "";
  const marks: Readonly<Record<string, string>> = {
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    amp: "&",
    "#xA": "\n",
    "#39": "'",
    "#34": '"',
  };
  return value.replace(/&([a-zA-Z0-9#]+);/g, (whole, mark: string) => marks[mark] ?? whole);
}
