/** A way to find out whether pods can connect. */
import type { Inventory, Pod } from "../ir/inventory.js";
import type { Policy, Protocol } from "../ir/policy.js";
import type { SourceMap } from "../source/source_file.js";

/** What is in force at one step. */
export interface Situation {
  readonly cluster: Inventory;
  readonly policies: readonly Policy[];
  readonly sources: SourceMap;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface Pair {
  readonly from: Pod;
  readonly to: Pod;
}

export type Answer =
  | { readonly verdict: "allow" | "deny" }
  /** The engine cannot try this pair: no packet can go from IPv4 to IPv6. */
  | { readonly verdict: "skipped"; readonly reason: string }
  | { readonly verdict: "error"; readonly reason: string };

/** A case in the engine: steps in their order, each one changing what the step before left. */
export interface EngineCase {
  step(situation: Situation, pairs: readonly Pair[]): Promise<readonly Answer[]>;
  end(): Promise<void>;
}

export interface Engine {
  /** Cases at once. */
  readonly width: number;
  /** Starts a case; `cluster` is what its first step begins with. */
  begin(cluster: Inventory): Promise<EngineCase>;
  close(): Promise<void>;
}

/** The addresses of a flow from one pod to another, undefined when they have no family in common. */
export function addressesOfPair({ from, to }: Pair): { from: string; to: string } | undefined {
  for (const destination of to.ips) {
    const source = from.ips.find((ip) => ip.includes(":") === destination.includes(":"));
    if (source !== undefined) return { from: source, to: destination };
  }
  return undefined;
}

export const NO_COMMON_FAMILY: Answer = {
  verdict: "skipped",
  reason: "no packet goes from an IPv4 to an IPv6 address or back",
};

/** Equal for what means the same, wherever it was written. */
export function meaningOf(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => (key === "span" ? undefined : item));
}
