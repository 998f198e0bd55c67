/** What is not known of the ends of a flow, where a rule asks for it: the decision might be another one. */
import type { Policy } from "../../ir/policy.js";
import { matches } from "./decide.js";
import type { Endpoint, Flow } from "./decide.js";

/** The pods at the ends whose address is not known, if a rule is for address blocks. */
export function withoutAddress({ from, to }: Flow, policies: readonly Policy[]): readonly Endpoint[] {
  const asked = policies.some(({ rules }) =>
    rules.some(({ peers }) => peers?.some(({ kind }) => kind === "block")),
  );
  return asked ? [from, to].filter((end) => end.kind === "pod" && end.ip === undefined) : [];
}

/** The destination, if it names no ports and a rule for these ends asks for a name. */
export function withoutPortNames(flow: Flow, policies: readonly Policy[]): readonly Endpoint[] {
  const { to } = flow;
  if (to.kind !== "pod" || to.pod.ports.some(({ name }) => name !== undefined)) return [];
  const asked = policies.some(({ rules }) =>
    rules.some(
      ({ ports = [], ...rule }) => ports.some(({ kind }) => kind === "named") && matches(rule, flow),
    ),
  );
  return asked ? [to] : [];
}
