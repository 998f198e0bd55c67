/**
 * What a node has to enforce: a bundle, seen by the pods that run there.
 *
 * 1. A pod of the node has a program iff some policy selects it. Pods with equal subjects share one (a profile).
 * 2. Every address of every pod in the cluster is a peer. Pods on the host network are not: their address is their
 *    node's, so policies see them as that address and not by labels, and they have no program (the Kubernetes API leaves
 *    both undefined).
 * 3. Other addresses are peers by the blocks that hold them. The node's own addresses are marked: they always pass.
 */
import { join, resolve } from "node:path";
import type { Bundle } from "../bundle/bundle.js";
import type { ManifestNamedPort, ManifestSet } from "../bundle/manifest.js";
import type { Address } from "../ir/address.js";
import { formatAddress, parseAddress } from "../ir/address.js";
import type { Inventory, Pod } from "../ir/inventory.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { encodeAddresses, encodeCidrs, encodePeers, encodeSubject } from "./encode.js";
import type { LoaderConfig, LoaderProgram, LoaderSizes, LoaderState } from "./loader_state.js";
import { PeerClasses } from "./peer_classes.js";
import { PeerTerms } from "./peer_terms.js";
import type { Profile, Subject } from "./profiles.js";
import { namespaceFinder, podKey, subjectsOf } from "./profiles.js";
import { TableBuilder } from "./table_form.js";

export interface LocalPod {
  readonly pod: Pod;
  /** The host's end of the pod's link, in the network namespace of the node. */
  readonly interface: string;
}

export interface StateOptions {
  readonly epoch: number;
  /** The bundle's folder as the loader is to open it: absolute, or relative to the state file. Default: `bundle.dir`. */
  readonly bundlePath?: string;
  readonly config?: Partial<LoaderConfig>;
  readonly sizes?: Partial<LoaderSizes>;
}

export interface NodeState {
  readonly state: LoaderState;
  readonly profiles: readonly Profile[];
  /** The profile of each local pod that has one, by `namespace/name`. */
  readonly podProfile: ReadonlyMap<string, number>;
  /** The pod that holds each address, in canonical text. */
  readonly podByAddress: ReadonlyMap<string, Pod>;
  /** Warnings about the inventory, such as two pods with one address. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Denied flows are logged unless told otherwise: they are rare, counted over 5 s and have a budget of their own. */
const DEFAULT_CONFIG: Omit<LoaderConfig, "ipv6"> = {
  audit: false,
  log_allowed: false,
  log_denied: true,
  deny_events_per_second: 1000,
};

const DEFAULT_SIZES: LoaderSizes = {
  established: 262_144,
  half_open: 65_536,
  fragments: 8192,
  events_bytes: 1 << 20,
};

export function nodeState(
  bundle: Bundle,
  inventory: Inventory,
  node: { readonly name: string; readonly ips: readonly string[] },
  pods: readonly LocalPod[],
  options: StateOptions,
): NodeState {
  const namespaceOf = namespaceFinder(inventory);
  const local = pods.filter(({ pod }) => !pod.hostNetwork);
  const subjects = subjectsOf(
    bundle,
    local.map(({ pod }) => pod),
    namespaceOf,
  );
  const sets = [...new Set(subjects.map(({ set }) => set))];
  const numbering = numberingOf(sets);
  const peers = new PeerClasses(numbering.terms, numbering.namedPorts);
  const held = holders(inventory, node.ips, local);
  for (const { address, pod } of held.pods) peers.addPod(pod, namespaceOf(pod.namespace), address);
  for (const address of held.ownNode) peers.addOwnNode(address);
  const podProfile = new Map(
    subjects.flatMap(({ profile }) => profile.pods.map((pod) => [pod, profile.number])),
  );
  const state: LoaderState = {
    version: 1,
    epoch: options.epoch,
    dispatcher: inBundle(bundle, options, bundle.manifest.dispatcher.file),
    config: {
      ...DEFAULT_CONFIG,
      ipv6: local.some(({ pod }) => pod.ips.some((ip) => ip.includes(":"))),
      ...options.config,
    },
    sizes: { ...DEFAULT_SIZES, ...options.sizes },
    addresses4: encodeAddresses(peers.addresses, 4).toString("base64"),
    addresses6: encodeAddresses(peers.addresses, 6).toString("base64"),
    cidrs4: encodeCidrs(peers.cidrs, 4).toString("base64"),
    cidrs6: encodeCidrs(peers.cidrs, 6).toString("base64"),
    programs: programsOf(bundle, subjects, peers, numbering, options),
    pods: local
      .filter(({ pod }) => podProfile.has(podKey(pod)))
      .map(({ pod, interface: name }) => ({
        name: podKey(pod),
        interface: name,
        program: podProfile.get(podKey(pod))! - 1,
      })),
  };
  return {
    state,
    profiles: subjects.map(({ profile }) => profile),
    podProfile,
    podByAddress: new Map(held.pods.map(({ text, pod }) => [text, pod])),
    diagnostics: held.diagnostics,
  };
}

function inBundle(bundle: Bundle, options: StateOptions, file: string): string {
  return join(options.bundlePath ?? resolve(bundle.dir), file);
}

/** Terms and named ports of all sets in one numbering. */
interface Numbering {
  readonly terms: PeerTerms;
  readonly namedPorts: readonly ManifestNamedPort[];
}

function numberingOf(sets: readonly ManifestSet[]): Numbering {
  const namedPorts = new Map(
    sets.flatMap((set) => set.namedPorts.map((port) => [`${port.protocol} ${port.name}`, port] as const)),
  );
  return { terms: new PeerTerms(sets.flatMap((set) => set.terms)), namedPorts: [...namedPorts.values()] };
}

function programsOf(
  bundle: Bundle,
  subjects: readonly Subject[],
  peers: PeerClasses,
  numbering: Numbering,
  options: StateOptions,
): LoaderProgram[] {
  const encoded = new Map<ManifestSet, string>();
  return subjects.map((subject) => {
    const { profile, set } = subject;
    const program = {
      profile: profile.number,
      object: inBundle(bundle, options, set.object),
      sha256: set.sha256,
    };
    if (set.form === "table") {
      const {
        subject: own,
        peers: classes,
        table,
      } = new TableBuilder(bundle, subject, numbering.terms).build(peers.classes);
      return { ...program, subject: base64(own), peers: base64(classes), table: base64(table) };
    }
    let classes = encoded.get(set);
    if (classes === undefined) encoded.set(set, (classes = base64(specialisedPeers(set, peers, numbering))));
    return {
      ...program,
      subject: base64(encodeSubject(set, subject.selectors, subject.ports)),
      peers: classes,
    };
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64");
}

/** The classes in the numbering of one set; terms of other sets are left out. */
function specialisedPeers(set: ManifestSet, peers: PeerClasses, { terms, namedPorts }: Numbering): Buffer {
  const bitOf = new Map(set.terms.map((term, bit) => [terms.numberOf(term)!, bit]));
  const slots = set.namedPorts.map(({ protocol, name }) =>
    namedPorts.findIndex((port) => port.protocol === protocol && port.name === name),
  );
  return encodePeers(
    set,
    peers.classes.map(({ ownNode, terms: held, ports }) => ({
      ownNode,
      bits: held.flatMap((term) => bitOf.get(term) ?? []),
      ports: slots.map((slot) => ports[slot]!),
    })),
  );
}

interface Holders {
  readonly pods: readonly { readonly text: string; readonly address: Address; readonly pod: Pod }[];
  readonly ownNode: readonly Address[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Who has each address. An address has one class, so of two pods that claim it a local one is believed, else the first. */
function holders(inventory: Inventory, nodeIps: readonly string[], local: readonly LocalPod[]): Holders {
  const nodeAddresses = nodeIps.map(parseAddress).filter((address) => address !== undefined);
  const ownNode = new Set(nodeAddresses.map(formatAddress));
  const found = new Map<string, { text: string; address: Address; pod: Pod }>();
  const diagnostics: Diagnostic[] = [];
  const own = new Set(local.map(({ pod }) => podKey(pod)));
  const others = inventory.pods.filter((pod) => !pod.hostNetwork && !own.has(podKey(pod)));
  for (const pod of [...local.map(({ pod }) => pod), ...others])
    for (const text of pod.ips) {
      const address = parseAddress(text);
      if (!address || ownNode.has(text)) continue;
      const holder = found.get(text);
      if (!holder) found.set(text, { text, address, pod });
      else if (holder.pod !== pod) diagnostics.push(sharedAddress(text, holder.pod, pod));
    }
  return { pods: [...found.values()], ownNode: nodeAddresses, diagnostics };
}

function sharedAddress(ip: string, holder: Pod, pod: Pod): Diagnostic {
  return {
    rule: "shared-address",
    severity: "warning",
    message: `${podKey(pod)} has the address ${ip}, which ${podKey(holder)} has too: it counts as ${podKey(holder)}'s`,
    span: pod.span,
    notes: [{ message: "first used here", span: holder.span }],
    help: "remove the pod that no longer runs, or set hostNetwork",
  };
}
