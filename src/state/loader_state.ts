/**
 * What `polc-loader` reads: the whole state of a node, or a change of it. The binary layouts are those of
 * `bpf-templates/abi.h`, little-endian; binary fields are base64. Numbers of subjects, classes and steps count within
 * one bank.
 */
export const STATE_VERSION = 2;

export type LoaderState = WholeState | DeltaState;

/** Everything that is to be in force, whatever was before. */
export interface WholeState extends Change {
  readonly kind: "whole";
  /** Path of the shell object, relative to the state file. */
  readonly shell: string;
  /** Of the object file, in hex: it is checked before anything is loaded. */
  readonly shell_sha256: string;
  readonly sizes: LoaderSizes;
  readonly settings: LoaderSettings;
  readonly blocks4: string;
  readonly blocks6: string;
}

/** What is written over the generation before; what is left out stays as it is. */
export interface DeltaState extends Change {
  readonly kind: "delta";
  readonly settings?: LoaderSettings;
  readonly blocks4?: string;
  readonly blocks6?: string;
  /** Interfaces of pods that are gone. */
  readonly removed: readonly string[];
  /** Subjects whose specialised code no longer decides what their tables say. */
  readonly unspecialised: readonly number[];
  /** Classes that are new to the sets that are loaded; written before the switch. */
  readonly peers: readonly LoaderPeers[];
}

interface Change {
  readonly version: typeof STATE_VERSION;
  /** The generation this becomes: the loader refuses it unless it is the one in force plus one. */
  readonly generation: number;
  /** Something that was allowed may be denied now: the connections there are get decided again. */
  readonly revokes: boolean;
  /** Records of a u32 subject and its u32 profile. */
  readonly subjects: string;
  /** Records of 4 address bytes and a u32 class; ADDRESS_ABSENT takes the address out. */
  readonly addresses4: string;
  /** Records of 16 address bytes and a u32 class, likewise. */
  readonly addresses6: string;
  readonly steps: readonly LoaderSteps[];
  readonly rows: readonly LoaderRows[];
  /** Of a change: those that are new or changed. */
  readonly pods: readonly LoaderPod[];
  /** The second tier: of a change what is to be loaded anew. It is in force without. */
  readonly sets: readonly LoaderSet[];
  readonly programs: readonly LoaderProgram[];
}

/** `struct settings`, without what the loader knows itself. */
export interface LoaderSettings {
  readonly ipv6: boolean;
  readonly audit: boolean;
  readonly log_allowed: boolean;
  readonly log_denied: boolean;
  readonly log_dropped: boolean;
  /** Of one subject, on each CPU; 0: no limit. */
  readonly deny_events_per_second: number;
  readonly allow_events_per_second: number;
}

/** Entries of the maps; of the two banks, those of one. They are fixed by the first state, until one needs more. */
export interface LoaderSizes {
  readonly established: number;
  readonly half_open: number;
  readonly fragments: number;
  readonly events_bytes: number;
  readonly subjects: number;
  readonly classes: number;
  readonly steps: number;
  /** Of each family. */
  readonly blocks: number;
  /** Of each family. */
  readonly addresses: number;
}

export interface LoaderSteps {
  /** The first step's number. */
  readonly at: number;
  /** An array of `struct step`. */
  readonly values: string;
}

export interface LoaderRows {
  readonly subject: number;
  /** The first row's class. */
  readonly at: number;
  /** An array of `struct row`. */
  readonly values: string;
}

/** A pod of the node, by its interface in the network namespace that the loader runs in. */
export interface LoaderPod {
  readonly name: string;
  readonly interface: string;
  /** null: no policy selects it, only the sources of its packets are checked. */
  readonly subject: number | null;
  /** Canonical text. */
  readonly addresses: readonly string[];
  /** Blocks of addresses that its packets may have as their source, beside its own. */
  readonly sources: readonly string[];
  /** Path of its network namespace. */
  readonly netns?: string;
}

/** The compiled object of a policy set. */
export interface LoaderSet {
  /** Unique among the objects that are loaded: `peers` of a later change names it. */
  readonly name: string;
  /** Path of the object, relative to the state file. */
  readonly object: string;
  /** Of the object file, in hex. */
  readonly sha256: string;
  /** The values of the map `peers`, by class. */
  readonly peers: string;
}

/** A pair of programs: a set's object for one subject, which some numbers stand for. */
export interface LoaderProgram {
  /** Index into `sets`. */
  readonly set: number;
  /** `struct subject`, the whole of `.rodata.subject`. */
  readonly subject: string;
  readonly subjects: readonly number[];
}

export interface LoaderPeers {
  /** Its name. */
  readonly set: string;
  /** The first class. */
  readonly at: number;
  /** An array of the set's `struct peer`. */
  readonly values: string;
}
