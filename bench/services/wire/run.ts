/** Services on real packets: through a node of polc, one of kube-proxy's rules, and one that only routes, in turn. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceObjects } from "../../../src/lab/services/service_objects.js";
import { nftablesRules } from "../../../src/lab/services/nftables_rules.js";
import type { ServiceObjects } from "../../../src/services/node/services_state.js";
import { packageRoot } from "../../../src/source/package_root.js";
import { Loader } from "../node.js";
import type { ServiceRow } from "../rows.js";
import { processor } from "../rows.js";
import { BACKENDS } from "../state.js";
import type { Mode } from "../state.js";
import { POD, WireNetwork } from "./network.js";
import type { WireNode } from "./network.js";
import { wireState } from "./state.js";

const WIRE = join(packageRoot(), "bench/services/wire");

interface Subject {
  readonly subject: ServiceRow["subject"];
  readonly mode: Mode;
  readonly hook: "xdp" | "tc" | "netfilter" | "none";
}

const SUBJECTS: readonly Subject[] = [
  { subject: "empty", mode: "snat", hook: "none" },
  { subject: "nftables", mode: "snat", hook: "netfilter" },
  { subject: "polc", mode: "snat", hook: "tc" },
  { subject: "polc", mode: "ipip", hook: "tc" },
  { subject: "polc", mode: "ipip", hook: "xdp" },
  { subject: "polc", mode: "opt", hook: "tc" },
  { subject: "polc", mode: "geneve", hook: "tc" },
];

interface Generated extends Pick<ServiceRow, "case" | "median_ns" | "min_ns" | "runs"> {
  readonly node: string;
  readonly lost: number;
}

export async function benchWire(counts: readonly number[], runs: number): Promise<ServiceRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "polc-bench-wire-"));
  try {
    execFileSync("make", ["--no-print-directory", "-C", join(WIRE, "..")], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const objects = await serviceObjects("snat", directory);
    const rows: ServiceRow[] = [];
    for (const services of counts) {
      process.stderr.write(`services: ${services} of ${BACKENDS} backends, on the wire\n`);
      // Of many services a loader holds a gigabyte for each mode while it reads them.
      const subjects = SUBJECTS.filter(({ mode }) => services <= 1000 || mode === "snat" || mode === "ipip");
      rows.push(...(await measure(services, subjects, objects, runs)));
    }
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(
  services: number,
  subjects: readonly Subject[],
  objects: ServiceObjects,
  runs: number,
): Promise<ServiceRow[]> {
  const network = new WireNetwork();
  const installed: Installed[] = [];
  try {
    for (const subject of subjects) {
      const receiver = subject.hook === "xdp" ? join(WIRE, "pass.bpf.o") : undefined;
      const node = network.addNode(nameOf(subject), receiver);
      installed.push({ subject, node, loader: await install(subject, node, services, objects) });
    }
    const words = installed.map(({ node }) => `${node.name}=${node.link},${node.podLink}`);
    const text = execFileSync(
      "nsenter",
      [`--net=${network.netns}`, join(WIRE, "generate"), String(runs), String(services), ...words],
      { encoding: "utf8" },
    );
    return text
      .trim()
      .split("\n")
      .map((line) => rowOf(JSON.parse(line) as Generated, installed, services));
  } finally {
    for (const { loader, node } of installed) {
      await loader?.end();
      if (loader) detach(node);
    }
    network.remove();
  }
}

interface Installed {
  readonly subject: Subject;
  readonly node: WireNode;
  readonly loader: Loader | undefined;
}

function nameOf({ subject, mode, hook }: Subject): string {
  return subject === "polc" ? `${mode}-${hook}` : subject;
}

/** @returns what keeps it in force */
async function install(
  { subject, mode, hook }: Subject,
  { netns, instance }: WireNode,
  services: number,
  objects: ServiceObjects,
): Promise<Loader | undefined> {
  if (subject === "empty") return undefined;
  const state = wireState(
    { services, backends: BACKENDS, mode, hook: hook === "xdp" ? "xdp" : "tc" },
    objects,
  );
  if (subject === "nftables") {
    const input = nftablesRules(state, [POD]);
    execFileSync("nsenter", [`--net=${netns}`, "nft", "-f", "-"], { input, maxBuffer: 1 << 28 });
    return undefined;
  }
  const loader = new Loader("nsenter", [...loaderWords(netns, instance), "serve"]);
  const { problems } = (await loader.ask(JSON.stringify(state))) as { readonly problems?: readonly object[] };
  if (problems && problems.length > 0) throw new Error(JSON.stringify(problems[0]));
  return loader;
}

function detach({ netns, instance }: WireNode): void {
  spawnSync("nsenter", [...loaderWords(netns, instance), "detach"]);
}

function loaderWords(netns: string, instance: string): string[] {
  return [`--net=${netns}`, join(packageRoot(), "loader/polc-loader"), "--instance", instance, "services"];
}

function rowOf(
  { node: name, lost, ...measured }: Generated,
  installed: readonly Installed[],
  services: number,
): ServiceRow {
  const { subject } = installed.find(({ node }) => node.name === name)!;
  if (lost > 0) process.stderr.write(`  ${name}, ${measured.case}: ${lost} batches came late\n`);
  const { subject: whose, mode, hook } = subject;
  return {
    ...{ subject: whose, case: measured.case, mode, hook: `wire-${hook}`, services, backends: BACKENDS },
    ...{ median_ns: measured.median_ns, min_ns: measured.min_ns, runs: measured.runs, processor },
  };
}
