/** The conformance tests of the Network Policy API, from its Go module, without what needs SCTP sockets. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Tally } from "../systems/tally.js";
import { Cluster } from "./cluster.js";

const MODULE = "sigs.k8s.io/network-policy-api@v0.2.0";
const CACHE = join(homedir(), ".cache/polc-cluster/npapi");
const NO_SCTP = "this kernel has no SCTP sockets, which the suite's pods open";

export async function npapi(tally: Tally): Promise<void> {
  const suite = build();
  const cluster = Cluster.up({ nodes: Number(process.env.POLC_CLUSTER_NODES ?? 2) });
  try {
    cluster.kubectl(
      "apply",
      "-f",
      join(suite.source, "config/crd/experimental/policy.networking.k8s.io_clusternetworkpolicies.yaml"),
    );
    await cluster.startAgents("--services");
    // The profiles are the same tests once more, for a report.
    const run = ["-test.run=^TestConformance$", "-test.skip=^TestConformance$/SCTP"];
    const args = ["-test.v", "-test.timeout=40m", "-all-features", ...run];
    const { stdout, stderr } = spawnSync(join(cluster.state, "in"), [suite.program, ...args], {
      encoding: "utf8",
      cwd: join(suite.source, "conformance"),
      maxBuffer: 1 << 28,
    });
    writeFileSync(join(cluster.state, "npapi.log"), stdout + stderr);
    report(tally, stdout);
  } finally {
    await cluster.down();
  }
}

/** Each test, and of one that failed the steps that did. */
function report(tally: Tally, text: string): void {
  const found = [...text.matchAll(/^ {4}--- (PASS|FAIL|SKIP): TestConformance\/(\S+) \((\S+)\)/gm)];
  if (found.length === 0)
    tally.report("conformance of the Network Policy API", "failed", "it ended without a result");
  for (const [, result, name, time] of found) {
    const steps = [...text.matchAll(/^ {8}--- FAIL: TestConformance\/([^/\s]+)\/(\S+)/gm)];
    const failed = steps.filter(([, of]) => of === name).map(([, , step]) => step);
    if (result === "PASS") tally.report(name!, "passed", time);
    else if (result === "SKIP") tally.report(name!, "skipped", "the suite itself skips it");
    else tally.report(name!, "failed", failed.join(", "));
  }
  tally.report("tests of SCTP, 4", "skipped", NO_SCTP);
}

function build(): { readonly source: string; readonly program: string } {
  const source = join(CACHE, "source");
  const program = join(CACHE, "npapi.test");
  if (existsSync(program)) return { source, program };
  mkdirSync(CACHE, { recursive: true });
  const { Dir } = JSON.parse(
    execFileSync("go", ["mod", "download", "-json", MODULE], { encoding: "utf8" }),
  ) as { Dir: string };
  rmSync(source, { recursive: true, force: true });
  cpSync(Dir, source, { recursive: true });
  execFileSync("chmod", ["-R", "u+w", source]);
  // Containers that open SCTP sockets would crash in a loop, and no pod would become ready.
  const manifests = join(source, "conformance/base/manifests.yaml");
  writeFileSync(manifests, readFileSync(manifests, "utf8").replaceAll("/agnhost porter", "/agnhost pause"));
  const args = ["test", "-vet=off", "-c", "-ldflags", "-s -w", "-o", program, "./conformance"];
  execFileSync("go", args, { cwd: source, env: { ...process.env, CGO_ENABLED: "0" }, stdio: "inherit" });
  return { source, program };
}
