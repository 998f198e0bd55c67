import { cover } from "./cover.js";
import type { Decided } from "./decided.js";
import type { Region } from "../sets/region.js";

/** A minimal set of candidates that together cover the region in every possible cluster. */
export function coveredBy(region: Region, candidates: readonly Decided[]): readonly Decided[] | undefined {
  const result = cover(
    region,
    candidates.map((candidate) => candidate.region),
  );
  if (result.kind !== "complete") return undefined;
  return result.by.map((found) => candidates.find((candidate) => candidate.region === found)!);
}
