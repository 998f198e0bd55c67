/**
 * Who gets each address and port. Every claim is kept, so that one which loses gets its turn when the other goes.
 *
 * 1. Nobody takes what the cluster gave: an external or load balancer's address that is a Service's cluster IP, and an
 *    external address that is a node's or among the pods', is refused on all ports, those that are free included. Else
 *    anyone who may write a Service could intercept traffic (CVE-2020-8554).
 *    A load balancer may have a node's address: those that run on the nodes give it.
 * 2. Of those that are left, the first one of `claimOrder` gets it.
 */
import type { Placement } from "../backends/placement.js";
import { serviceKey } from "../service_name.js";
import { claimOrder, claimText, frontendKey } from "./claim.js";
import type { Claim } from "./claim.js";
import { problem } from "../problems.js";
import type { Problem } from "../problems.js";

export class Frontends {
  private readonly byKey = new Map<string, Claim[]>();
  private readonly keysOf = new Map<string, Set<string>>();
  /** How many Services have the cluster IP. */
  private readonly clusterIps = new Map<string, number>();

  constructor(private placement: Placement) {}

  /** The keys whose owner may be another one now. */
  setPlacement(placement: Placement): string[] {
    this.placement = placement;
    return [...this.byKey].flatMap(([key, claims]) => (claims.some(isExternal) ? [key] : []));
  }

  addClusterIps(ips: readonly string[]): string[] {
    return ips.flatMap((ip) => this.count(ip, 1));
  }

  removeClusterIps(ips: readonly string[]): string[] {
    return ips.flatMap((ip) => this.count(ip, -1));
  }

  private count(ip: string, by: 1 | -1): string[] {
    const before = this.clusterIps.get(ip) ?? 0;
    if (before + by === 0) this.clusterIps.delete(ip);
    else this.clusterIps.set(ip, before + by);
    return before > 0 === before + by > 0 ? [] : [...(this.keysOf.get(ip) ?? [])];
  }

  hasClusterIp(ip: string): boolean {
    return this.clusterIps.has(ip);
  }

  add(claim: Claim): string {
    const key = frontendKey(claim);
    const claims = this.byKey.get(key);
    if (claims) claims.push(claim);
    else {
      this.byKey.set(key, [claim]);
      const keys = this.keysOf.get(claim.address);
      if (keys) keys.add(key);
      else this.keysOf.set(claim.address, new Set([key]));
    }
    return key;
  }

  remove(claim: Claim): string {
    const key = frontendKey(claim);
    const left = (this.byKey.get(key) ?? []).filter((each) => each !== claim);
    if (left.length > 0) this.byKey.set(key, left);
    else {
      this.byKey.delete(key);
      const keys = this.keysOf.get(claim.address);
      keys?.delete(key);
      if (keys?.size === 0) this.keysOf.delete(claim.address);
    }
    return key;
  }

  keys(): Iterable<string> {
    return this.byKey.keys();
  }

  ownerOf(key: string): Claim | undefined {
    const valid = (this.byKey.get(key) ?? []).filter((claim) => this.takenFrom(claim) === undefined);
    return valid.length < 2 ? valid[0] : valid.reduce((a, b) => (claimOrder(a, b) <= 0 ? a : b));
  }

  /** What the cluster has the address for already. */
  private takenFrom({ kind, address }: Claim): string | undefined {
    if (kind !== "load-balancer" && kind !== "external-ip") return undefined;
    if (this.clusterIps.has(address)) return "a cluster IP";
    if (kind === "load-balancer") return undefined;
    if (this.placement.ownerOf(address) !== undefined)
      return `an address of node ${this.placement.ownerOf(address)}`;
    const node = this.placement.nodeOfPods(address);
    return node === undefined ? undefined : `an address of the pods of node ${node}`;
  }

  *problems(): Iterable<Problem> {
    for (const [key, claims] of this.byKey) {
      const owner = this.ownerOf(key);
      for (const claim of claims) {
        const taken = this.takenFrom(claim);
        if (taken !== undefined) yield hijack(claim, taken);
        else if (owner && claim !== owner) yield collision(claim, owner);
      }
    }
  }
}

function isExternal({ kind }: Claim): boolean {
  return kind === "external-ip" || kind === "load-balancer";
}

function hijack(claim: Claim, taken: string): Problem {
  const name = serviceKey(claim.service);
  return problem(
    "address-taken",
    "error",
    name,
    claim.span,
    `${claim.address} of Service ${name} is ${taken}: it is not served as an external address`,
    "use an address that is routed to the nodes and that nothing in the cluster has",
  );
}

function collision(claim: Claim, owner: Claim): Problem {
  const [name, other] = [serviceKey(claim.service), serviceKey(owner.service)];
  const rule = claim.kind === "node-port" ? "port-collision" : "address-collision";
  return problem(
    rule,
    "error",
    name,
    claim.span,
    `${claimText(claim)} of Service ${name} is Service ${other}'s already: that one is served`,
    claim.kind === "node-port" ? "choose another nodePort" : "choose another address or port",
    [{ message: "the one that is served", span: owner.span }],
  );
}
