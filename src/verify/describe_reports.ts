import { printable } from "../source/printable.js";
import type { Mismatch, SetReport, VerifyProgress } from "./verify.js";

/** Mismatches shown of each set: the first ones tell what is wrong. */
const SHOWN = 10;

/** Policy sets named of those that differ from another in names alone. */
const NAMED = 5;

/** What a person reads: a line a policy set, its first mismatches, and a sum. */
export function describeReports(reports: readonly SetReport[], ms: number): string {
  const verified = reports.filter(({ sameAs }) => sameAs === undefined);
  const lines = verified.flatMap((report) => [
    `${printable(report.set)}: ${report.form}, ${report.subjects} subjects x ${report.peers} peers, ` +
      `${report.packets} packets, ${report.mismatches.length} mismatches`,
    ...notes(report, reports).map((note) => `  ${note}`),
    ...report.mismatches.slice(0, SHOWN).flatMap(mismatchLines),
  ]);
  const packets = verified.reduce((sum, report) => sum + report.packets, 0);
  const mismatches = verified.reduce((sum, report) => sum + report.mismatches.length, 0);
  const sum = `${packets} packets, one of every class of flows: ${mismatches} mismatches, ${(ms / 1000).toFixed(1)} s`;
  return `${[...lines, sum].join("\n")}\n`;
}

function notes({ set, leftOut, skipped, mismatches }: SetReport, reports: readonly SetReport[]): string[] {
  const alike = reports.filter(({ sameAs }) => sameAs === set).map((report) => printable(report.set));
  const more = alike.length - NAMED;
  return [
    ...(alike.length > 0
      ? [
          `the same for what differs from it in names alone: ${alike.slice(0, NAMED).join(", ")}` +
            (more > 0 ? ` and ${more} more` : ""),
        ]
      : []),
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

/** How far it is, for people who wait. */
export function verifyingText({ set, done, total, packets, ofPackets }: VerifyProgress): string {
  const sets = `${done} of ${total} policy sets verified`;
  return packets > 0 ? `${sets}, ${printable(set)}: ${packets} of ${ofPackets} packets` : sets;
}
