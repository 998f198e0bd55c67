/** Makes all observations again, in one lab. */
import type { Mode } from "../../lab/services/mode.js";
import { CHANGING, CHECKS } from "./checks.js";
import { judge } from "./compare.js";
import type { Judgement } from "./compare.js";
import { rowKey } from "./rows.js";
import type { Row } from "./rows.js";
import { World } from "./world.js";

export interface RowResult extends Judgement {
  readonly row: Row;
}

/** A row that nothing here makes again has failed. */
export async function runRows(rows: readonly Row[], mode: Mode): Promise<RowResult[]> {
  const world = await World.up(mode);
  try {
    const judgements = new Map<Row, Judgement>();
    const make = async (row: Row) => void judgements.set(row, await runRow(row, world));
    // Rules of nftables are written as a whole, which ends affinity.
    const first = mode === "nftables" ? rows.filter((row) => CHANGING.has(rowKey(row))) : [];
    for (const row of first) await make(row);
    await Promise.all(rows.filter((row) => !first.includes(row)).map(make));
    return rows.map((row) => ({ row, ...judgements.get(row)! }));
  } finally {
    await world.down();
  }
}

async function runRow(row: Row, world: World): Promise<Judgement> {
  const check = CHECKS[rowKey(row)];
  if (!check) return { outcome: "failed", why: "nothing makes this observation again" };
  try {
    return judge(row, await check(world), world.mode);
  } catch (error) {
    return { outcome: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}
