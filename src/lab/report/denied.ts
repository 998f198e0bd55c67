/** The last denied connections of a lab, as the verdict log tells them. */
import type { Colors } from "../../source/pretty.js";
import { followVerdicts } from "../../log/follow.js";
import { PrettyLog } from "../../log/pretty.js";
import type { VerdictRecord } from "../../log/record.js";
import type { LabPlan } from "../plan.js";

/** Oldest first; one record for each pair of ends, port and side. */
export async function deniedConnections(plan: LabPlan): Promise<VerdictRecord[]> {
  const records = new Map<string, VerdictRecord>();
  const followed = followVerdicts(
    plan.nodes.map(({ instance }) => instance),
    (record) => {
      if (record.disposition !== "deny" || !record.connection) return;
      const { src_ip, dest_ip, dest_port, protocol, direction } = record.connection;
      const key = [src_ip, dest_ip, dest_port, protocol, direction].join(" ");
      records.delete(key);
      records.set(key, { ...record, connection: record.connection });
    },
    { once: true },
  );
  await followed.ended;
  return [...records.values()].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
}

export function deniedLines(records: readonly VerdictRecord[], colors: Colors): string[] {
  const log = new PrettyLog(colors);
  for (const record of records) log.line(record); // its columns grow to what they must hold
  return records.map((record) => log.line(record));
}

/** The last record of each policy that denied; one about a port that is served, if there is one. */
export function lastOfEachPolicy(
  records: readonly VerdictRecord[],
  served: (record: VerdictRecord) => boolean,
): VerdictRecord[] {
  const last = new Map<string, VerdictRecord>();
  for (const record of records) {
    const key = JSON.stringify(record.policies);
    const known = last.get(key);
    if (known && !served(record) && served(known)) continue;
    last.delete(key);
    last.set(key, record);
  }
  return [...last.values()];
}
