import { printable } from "../source/printable.js";
import type { Mismatch, SetReport } from "./verify.js";

/** Mismatches shown of each set: the first ones tell what is wrong. */
const SHOWN = 10;

/** What a person reads: a line a policy set, its first mismatches, and a sum. */
export function describeReports(reports: readonly SetReport[], ms: number): string {
  const lines = reports.flatMap((report) => [
    `${printable(report.set)}: ${report.form}, ${report.subjects} subjects x ${report.peers} peers, ` +
      `${report.packets} packets, ${report.mismatches.length} mismatches`,
    ...notes(report).map((note) => `  ${note}`),
    ...report.mismatches.slice(0, SHOWN).flatMap(mismatchLines),
  ]);
  const packets = reports.reduce((sum, report) => sum + report.packets, 0);
  const mismatches = reports.reduce((sum, report) => sum + report.mismatches.length, 0);
  const sum = `${packets} packets, one of every class of flows: ${mismatches} mismatches, ${(ms / 1000).toFixed(1)} s`;
  return `${[...lines, sum].join("\n")}\n`;
}

function notes({ leftOut, skipped, mismatches }: SetReport): string[] {
  return [
    ...(leftOut > 0
      ? [`${leftOut} classes of pods left out: too many, or no address of their own in a block`]
      : []),
    ...(skipped > 0 ? [`an even sample: ${skipped} packets more would be all (--max-packets)`] : []),
    ...(mismatches.length > SHOWN ? [`the first ${SHOWN} of ${mismatches.length} mismatches:`] : []),
  ];
}

function mismatchLines({ direction, subject, peer, flow, expected, got }: Mismatch): string[] {
  const [from, to] = direction === "ingress" ? [peer, subject] : [subject, peer];
  return [
    `  ${direction} ${flow} from ${printable(from)}`,
    `    to ${printable(to)}`,
    `    the reference says ${printable(expected)}, the program ${printable(got)}`,
  ];
}
