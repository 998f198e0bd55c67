/** The peers of a node, up to what its policy sets can tell apart, and the addresses that lead to each class. */
import type { Endpoint } from "../analysis/semantics/decide.js";
import { namedPort } from "../analysis/semantics/decide.js";
import type { Address, Block } from "../ir/address.js";
import { formatAddress } from "../ir/address.js";
import type { Pod } from "../ir/inventory.js";
import type { ManifestNamedPort } from "../bundle/manifest.js";
import type { NamespaceView } from "./profiles.js";
import type { TermSet } from "./cidr_partition.js";
import type { PeerTerms } from "./peer_terms.js";

/** All peers with equal terms, equal meanings of port names and equal flags. */
export interface PeerClass {
  readonly terms: TermSet;
  /** By the numbers of the named ports; 0: the peer has no such port. */
  readonly ports: readonly number[];
  /** The node's own addresses: always allowed. */
  readonly ownNode: boolean;
  /** One of them: for a decision it stands for all. */
  readonly endpoint: Endpoint;
}

export interface AddressEntry {
  readonly address: Address;
  readonly peerClass: number;
}

export interface CidrEntry {
  readonly prefix: Block;
  readonly peerClass: number;
}

/** Class 0 is the address that no pod has and no block holds. */
export class PeerClasses {
  readonly classes: PeerClass[] = [];
  /** Exact addresses: looked up first. */
  readonly addresses: AddressEntry[] = [];
  /** Longest prefix: looked up if the address is not among `addresses`. */
  readonly cidrs: CidrEntry[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly noPorts: readonly number[];

  constructor(
    private readonly terms: PeerTerms,
    private readonly namedPorts: readonly ManifestNamedPort[],
  ) {
    this.noPorts = namedPorts.map(() => 0);
    this.intern({ terms: [], ports: this.noPorts, ownNode: false, endpoint: OUTSIDE });
    for (const { prefix, terms: held, witness } of terms.cidrClasses()) {
      const endpoint: Endpoint = { kind: "address", ip: formatAddress(witness) };
      this.cidrs.push({
        prefix,
        peerClass: this.intern({ terms: held, ports: this.noPorts, ownNode: false, endpoint }),
      });
    }
  }

  addPod(pod: Pod, namespace: NamespaceView, address: Address): void {
    const endpoint: Endpoint = { kind: "pod", pod, namespace, ip: formatAddress(address) };
    const terms = this.terms.ofPod(pod, namespace, address);
    const ports = this.namedPorts.map(({ protocol, name }) => namedPort(endpoint, protocol, name) ?? 0);
    this.addresses.push({ address, peerClass: this.intern({ terms, ports, ownNode: false, endpoint }) });
  }

  addOwnNode(address: Address): void {
    const endpoint: Endpoint = { kind: "address", ip: formatAddress(address), ownNode: true };
    const terms = this.terms.ofAddress(address);
    this.addresses.push({
      address,
      peerClass: this.intern({ terms, ports: this.noPorts, ownNode: true, endpoint }),
    });
  }

  private intern(peerClass: PeerClass): number {
    const key = `${peerClass.ownNode ? "own" : ""}|${peerClass.terms.join()}|${peerClass.ports.join()}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.classes.push(peerClass) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }
}

/** Some address that no block holds; there may be none, so it has no text, and that is in no block. */
const OUTSIDE: Endpoint = Object.freeze({ kind: "address", ip: "" });
