/** What users wait for most, beside `node -e 0` and, with `--before`, beside an earlier build, in turn in one run. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median, table } from "../table.js";
import { manifestText } from "./manifest_text.js";
import { generateRepo, writeRepo } from "./repo.js";
import { inTemporaryFolder, POLC, runPolc, runReporting } from "./run_node.js";
import type { Ran } from "./run_node.js";
import { manyTierPolicies } from "./tier_objects.js";

interface Subject {
  readonly name: string;
  readonly cwd: string;
  readonly words: readonly string[];
  /** For a build that keeps results only if it is told to. */
  readonly wordsBefore?: readonly string[];
  /** The exit status. */
  readonly status: number;
  /** Before each run of a build. */
  readonly prepare?: (run: number) => void;
}

export interface BesideRow {
  readonly name: string;
  readonly node: readonly Ran[];
  readonly before: readonly Ran[];
  readonly now: readonly Ran[];
}

export function benchBeside(runs: number, before?: string): BesideRow[] {
  return inTemporaryFolder((folder) =>
    subjectsIn(folder).map(({ name, cwd, words, wordsBefore, status, prepare }) => {
      const took = { node: [] as Ran[], before: [] as Ran[], now: [] as Ran[] };
      // The first run fills the caches, and counts for nothing.
      for (let run = -1; run < runs; run++) {
        const keep = (to: Ran[], ran: Ran, wanted = status) => {
          if (ran.status !== wanted) throw new Error(`${name} ended with ${ran.status}: ${ran.stdout}`);
          if (run >= 0) to.push(ran);
        };
        keep(took.node, runReporting(["-e", "0"], { cwd }), 0);
        prepare?.(2 * run);
        if (before !== undefined) {
          const polc = join(resolve(before), "dist/src/cli/main.js");
          keep(took.before, runPolc(wordsBefore ?? words, { cwd, cache: join(folder, "before") }, polc));
        }
        prepare?.(2 * run + 1);
        keep(took.now, runPolc(words, { cwd, cache: join(folder, "now") }, POLC));
      }
      // The whole takes minutes, so that each row is shown when it is known.
      process.stderr.write(
        `${besideTable([{ name, ...took }])
          .split("\n")
          .at(-1)}\n`,
      );
      return { name, ...took };
    }),
  );
}

function subjectsIn(folder: string): readonly Subject[] {
  const write = (name: string, files: ReadonlyMap<string, string>) => {
    const cwd = join(folder, name);
    writeRepo(cwd, { files, policies: 0, planted: [] });
    return cwd;
  };
  const { files } = generateRepo(10_000, { clean: true });
  const [many, few, kept] = [write("many", files), write("few", inFewerFiles(files)), write("kept", files)];
  mkdirSync(join(kept, ".git"));
  const [path, text] = [...files].find(([, each]) => each.includes("port: 8443"))!;
  const change = (run: number) =>
    writeFileSync(join(kept, path), text.replace("port: 8443", `port: ${8500 + run}`));
  const after = join(folder, "after");
  cpSync(many, after, { recursive: true });
  writeFileSync(join(after, path), text.replace("port: 8443", "port: 8500"));
  const documents = [...generateRepo(12).files.values()].flatMap((each) => each.split(/^---$/m)).slice(-10);
  const ten = write("ten", new Map(documents.map((each, i) => [`${i}.yaml`, each])));
  const large = write("large", generateRepo(50_000, { clean: true }).files);
  const tiers = write(
    "tiers",
    new Map([["tiers.yaml", manyTierPolicies(400, 10).map(manifestText).join("---\n")]]),
  );
  const lint = { words: ["lint", "."], status: 0 };
  return [
    { name: "ten YAML files", cwd: ten, ...lint },
    {
      name: "an unchanged TypeScript policy file",
      cwd: packageRoot(),
      words: ["lint", "examples/online-boutique-ts"],
      status: 0,
    },
    { name: "10,000 policies in 5,400 files, cold", cwd: many, ...lint },
    { name: "10,000 policies in 1,000 files, cold", cwd: few, ...lint },
    { name: "10,000 policies, nothing changed", cwd: kept, ...lint, wordsBefore: ["lint", "--cache", "."] },
    {
      name: "10,000 policies, one file changed",
      cwd: kept,
      ...lint,
      wordsBefore: ["lint", "--cache", "."],
      prepare: change,
    },
    { name: "diff, 10,000 policies, one changed", cwd: folder, words: ["diff", "many", "after"], status: 0 },
    { name: "50,000 policies, cold", cwd: large, ...lint },
    { name: "400 tier policies of 10 rules", cwd: tiers, ...lint },
  ];
}

/** How many files of one folder become one. */
const TOGETHER = 12;

function inFewerFiles(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  for (const [path, text] of files) {
    const [, number] = /policy-(\d+)\.yaml$/.exec(path) ?? [];
    const name = number
      ? join(dirname(path), `policies-${Math.floor(Number(number) / TOGETHER)}.yaml`)
      : path;
    found.set(name, [...(found.get(name) ?? []), text]);
  }
  return new Map([...found].map(([path, texts]) => [path, texts.join("---\n")]));
}

export function besideTable(rows: readonly BesideRow[]): string {
  const of = (ran: readonly Ran[], what: "ms" | "cpu") => median(ran.map((each) => each[what]));
  return table(
    [
      "polc",
      "node ms",
      "before ms",
      "ms",
      "/ before",
      "node CPU",
      "before CPU",
      "CPU",
      "/ before",
      "/ node",
      "peak MB",
    ],
    rows.map(({ name, node, before, now }) => {
      const ratio = (what: "ms" | "cpu", to: readonly Ran[]) =>
        to.length > 0 ? (of(now, what) / of(to, what)).toFixed(2) : "";
      const shown = (what: "ms" | "cpu") =>
        [node, before, now].map((ran) => (ran.length > 0 ? Math.round(of(ran, what)) : ""));
      return [
        name,
        ...shown("ms"),
        ratio("ms", before),
        ...shown("cpu"),
        ratio("cpu", before),
        ratio("cpu", node),
        Math.round(Math.max(...now.map(({ mb }) => mb))),
      ];
    }),
  );
}
