/** What is probed, what the policies say about it, and what came of it. */
import { decide } from "../../analysis/semantics/decide.js";
import type { Endpoint } from "../../analysis/semantics/decide.js";
import { impliedNamespace } from "../../analysis/semantics/select.js";
import { formatAddress, isLoopback, parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { Inventory, Namespace, Pod } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import { INTERNET } from "../lab.js";
import type { Lab } from "../lab.js";
import { addressOf } from "../plan.js";
import type { LabPlan } from "../plan.js";
import type { Attempt, Outcome, ServedPort } from "./probe_process.js";

/** One thing to try: from an endpoint to an endpoint, or to an address that is no endpoint's. */
export interface Cell {
  readonly from: string;
  readonly to: string;
  readonly protocol: Attempt["protocol"];
  /** 0 for ICMP. */
  readonly port: number;
  readonly family: Family;
}

export interface ProbedCell extends Cell {
  /** What the policies say. */
  readonly expected: "allow" | "deny";
  /** `allow`: the packets arrive, whether something listens or not. `deny`: nothing comes back. `error`: could not be tried. */
  readonly found: "allow" | "deny" | "error";
  readonly outcome: Outcome;
}

/** Every ordered pair of endpoints, on every port that any pod serves, in each family that both have. */
export function allCells(plan: LabPlan, ports: readonly ServedPort[]): Cell[] {
  const ends = [...addressesOf(plan)];
  const families: readonly Family[] = [4, 6];
  return ends.flatMap(([from, source]) =>
    ends.flatMap(([to, destination]) =>
      from === to
        ? []
        : families
            .filter((family) => source[family] && destination[family])
            .flatMap((family) => ports.map(({ protocol, port }) => ({ from, to, protocol, port, family }))),
    ),
  );
}

/**
 * Tries all cells at once. One that times out where the policies allow is tried once more, with more time: a busy machine
 * answers late, a denied packet never.
 */
export async function probeCells(lab: Lab, cells: readonly Cell[], timeoutMs: number): Promise<ProbedCell[]> {
  const addresses = addressesOf(lab.plan);
  const expectations = new Expectations(addresses, lab.current, lab.policies);
  const attempt = async (cell: Cell, timeout: number): Promise<ProbedCell> => {
    const outcome = await lab.attempt(cell.from, {
      protocol: cell.protocol,
      address: addresses.get(cell.to)?.[cell.family] ?? cell.to,
      port: cell.port,
      timeoutMs: timeout,
    });
    return { ...cell, expected: expectations.of(cell), found: FOUND[outcome.result], outcome };
  };
  const first = await Promise.all(cells.map((cell) => attempt(cell, timeoutMs)));
  return Promise.all(
    first.map((cell) =>
      cell.expected === "allow" && cell.outcome.result === "timeout" ? attempt(cell, 4 * timeoutMs) : cell,
    ),
  );
}

const FOUND = { connected: "allow", refused: "allow", timeout: "deny", error: "error" } as const;

type Addresses = ReadonlyMap<string, { readonly [family in Family]: string | undefined }>;

/** The addresses of every endpoint by its name, the internet last. */
export function addressesOf(plan: LabPlan): Addresses {
  const pods = plan.pods.map(
    ({ pod }) => [`${pod.namespace}/${pod.name}`, { 4: addressOf(pod, 4), 6: addressOf(pod, 6) }] as const,
  );
  return new Map([...pods, [INTERNET, { 4: plan.internet.ipv4, 6: plan.internet.ipv6 }]]);
}

/** The reference semantics for the cells of a lab. */
class Expectations {
  private readonly pods: ReadonlyMap<string, Pod>;
  private readonly namespaces: ReadonlyMap<string, Namespace>;

  constructor(
    private readonly addresses: Addresses,
    inventory: Inventory,
    private readonly policies: readonly Policy[],
  ) {
    this.namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    this.pods = new Map(inventory.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
  }

  of(cell: Cell): "allow" | "deny" {
    return decide(this.policies, {
      from: this.endpoint(cell.from, cell.family),
      to: this.endpoint(cell.to, cell.family),
      protocol: cell.protocol === "ICMP" ? "other" : cell.protocol,
      port: cell.port,
      toItself: this.isToItself(cell),
    }).verdict;
  }

  /** By its name, by its own address, or by loopback. */
  private isToItself({ from, to, family }: Cell): boolean {
    const address = parseAddress(to);
    if (!address) return from === to;
    return isLoopback(address) || formatAddress(address) === this.addresses.get(from)?.[family];
  }

  private endpoint(name: string, family: Family): Endpoint {
    const pod = this.pods.get(name);
    const ip = this.addresses.get(name)?.[family] ?? name;
    if (!pod) return { kind: "address", ip };
    const namespace = this.namespaces.get(pod.namespace) ?? impliedNamespace(pod.namespace);
    return { kind: "pod", pod, namespace, ip };
  }
}
