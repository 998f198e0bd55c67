/** Nanoseconds a packet, for an empty program, the floor and polc at growing numbers of policies. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { table } from "../table.js";
import { inNetns } from "../../src/node/process.js";
import { Installations } from "./installed.js";
import type { Installed } from "./installed.js";
import type { Shape } from "./policies.js";

export interface Row {
  /** `polc_table`: without specialised code, as a change is judged at first. */
  readonly subject: "empty" | "floor" | "polc" | "polc_table";
  readonly case: string;
  /** Number of policies; 1 for the floor, which has one by hand, and 0 for the empty program. */
  readonly policies: number;
  readonly shape?: Shape;
  readonly min_ns: number;
  readonly median_ns: number;
  readonly runs: number;
}

type Measured = Omit<Row, "policies" | "shape"> & { readonly verdict: number };

/** The empty program on fresh packets: what is taken off those cases, no case of its own. */
export const EMPTY_FRESH = "empty_fresh";

/** In these the packet is another flow each time: the empty program's own fresh packets are taken off. */
const FRESH = new Set(["new", "new_event", "denied_event"]);
const PASS = [0, -1];
const DROP = 2;

/** One row a subject and case. Every set of policies is measured beside the floor and the empty program, in turn. */
export async function benchDataplane(counts: readonly number[], runs: number): Promise<Row[]> {
  const folder = join(packageRoot(), "bench/dataplane");
  execFileSync("make", ["--no-print-directory", "-C", folder], { stdio: ["ignore", "ignore", "inherit"] });
  const installations = new Installations();
  const rows: Row[] = [];
  try {
    for (const shape of ["spread", "stacked"] as const)
      for (const policies of counts) {
        if (shape === "stacked" && policies === 1) continue;
        process.stderr.write(`dataplane: ${policies} policies, ${shape}\n`);
        rows.push(...(await measure(installations, folder, policies, shape, runs)));
      }
  } finally {
    await installations.removeAll();
  }
  return rows;
}

async function measure(
  installations: Installations,
  folder: string,
  policies: number,
  shape: Shape,
  runs: number,
): Promise<Row[]> {
  const kinds = [
    { logged: false, tier: "specialised" },
    { logged: true, tier: "specialised" },
    { logged: false, tier: "table" },
  ] as const;
  const installed: Installed[] = [];
  for (const kind of kinds) installed.push(await installations.install(policies, shape, kind));
  const words = [runs, ...installed.flatMap(({ pins, ifindex }) => [pins, ifindex])].map(String);
  const [program, ...rest] = inNetns(installations.netns, [join(folder, "measure"), ...words]);
  const text = execFileSync(program!, rest, { cwd: folder, encoding: "utf8" });
  const measured = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Measured);
  for (const { instance } of installed) await installations.remove(instance);
  for (const row of measured) checkVerdict(row);
  return measured.map(({ verdict: _, ...row }) => ({
    ...row,
    policies: row.subject === "empty" ? 0 : row.subject === "floor" ? 1 : policies,
    ...(row.subject.startsWith("polc") && { shape }),
  }));
}

/** A number is only worth something if the program did what the case says. */
function checkVerdict({ subject, case: name, verdict }: Measured): void {
  const want = name.startsWith("denied") ? [DROP] : PASS;
  if (subject !== "empty" && !want.includes(verdict))
    throw new Error(`${subject} answered ${verdict} in the case ${name}`);
}

/** polc and the floor with the empty program of the same run taken off, and their ratio. */
export function dataplaneTable(rows: readonly Row[]): string {
  const lines: (string | number)[][] = [];
  let empty: Record<string, number> = {};
  let floor: Record<string, number> = {};
  for (const row of rows) {
    if (row.subject === "empty") empty = { ...empty, [row.case]: row.median_ns };
    else if (row.subject === "floor") floor = { ...floor, [row.case]: row.median_ns };
    else {
      const base = empty[FRESH.has(row.case) ? EMPTY_FRESH : "empty"]!;
      const net = row.median_ns - base;
      const netFloor = floor[row.case]! - base;
      lines.push([
        row.policies.toLocaleString("en"),
        row.shape!,
        row.subject === "polc" ? row.case : `${row.case}, tables`,
        base,
        floor[row.case]!,
        row.median_ns,
        row.min_ns,
        `${(net / netFloor).toFixed(2)}x`,
      ]);
    }
  }
  return table(["policies", "shape", "case", "empty", "floor", "polc", "polc min", "polc/floor"], lines);
}
