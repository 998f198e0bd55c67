/** Which flows a list of changes tells of, by what its sets say: nothing of what made them is asked. */
import { selectsPod } from "../../../src/analysis/semantics/select.js";
import { podAt } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../../src/analysis/semantics/decide.js";
import type { EndSet } from "../../../src/analysis/diff/ends/end_set.js";
import type { PortSet } from "../../../src/analysis/diff/port_sets.js";
import type { Change } from "../../../src/analysis/diff/semantic_diff.js";
import { parseAddress } from "../../../src/ir/address.js";

export function isListed({ direction, subjects, ends, ports }: Change, flow: Flow): boolean {
  const [own, far] = direction === "ingress" ? [flow.to, flow.from] : [flow.from, flow.to];
  return (
    subjects.some((set) => isOf(set, own)) &&
    ends.some((set) => isOf(set, far)) &&
    ports.some((set) => isOn(set, flow))
  );
}

export function isOf({ pods, except, addresses }: EndSet, end: Endpoint): boolean {
  const pod = podAt(end);
  const selects = (match: NonNullable<typeof pods>) => selectsPod(match, pod!.pod, pod!.namespace);
  if (pods && (!pod || !selects(pods))) return false;
  if (pod && except.some(selects)) return false;
  if (!addresses) return true;
  // A pod's address that is not known is in no block.
  if (end.ip === undefined) return false;
  const { family, value } = parseAddress(end.ip)!;
  return addresses.some(
    (each) =>
      each.family === family && each.ranges.some(({ first, last }) => first <= value && value <= last),
  );
}

export function isOn({ protocol, from, to, names, unless }: PortSet, flow: Flow): boolean {
  const isCalled = (name: string) =>
    podAt(flow.to)?.pod.ports.find((port) => port.name === name && port.protocol === protocol)?.port ===
    flow.port;
  return (
    protocol === flow.protocol &&
    from <= flow.port &&
    flow.port <= to &&
    names.every(isCalled) &&
    !unless.some(isCalled)
  );
}
