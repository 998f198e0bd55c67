import { cover } from "./cover.js";
import type { Decided } from "./decided.js";
import type { Box, Region } from "./region.js";
import { boxesOf, mayIntersect } from "./region.js";

/** Candidates that together hold all of the region, in every possible cluster, none of which can be left out. */
export function coveredBy(region: Region, candidates: readonly Decided[]): readonly Decided[] | undefined {
  const result = cover(
    region,
    candidates.map((candidate) => candidate.region),
  );
  if (result.kind !== "complete") return undefined;
  return result.by.map((found) => candidates.find((candidate) => candidate.region === found)!);
}

/** In some cluster, a flow in the region is in none of the others. False also where that cannot be told. */
export function isOpen(region: Region, others: readonly Decided[]): boolean {
  if (hasLonelyBox(region, others)) return true;
  return (
    cover(
      region,
      others.map((other) => other.region),
    ).kind === "open"
  );
}

/** Some box meets none of the others. It has a flow, since its subject says nothing of a namespace but its name. */
function hasLonelyBox(region: Region, others: readonly Decided[]): boolean {
  if (region.subject.namespaces.kind !== "name") return false;
  const meets = (box: Box, other: Region) =>
    other.direction === box.direction && boxesOf(other).some((each) => mayIntersect(box, each));
  return boxesOf(region).some((box) => !others.some((other) => meets(box, other.region)));
}
