/**
 * The desired state of a node, as `polc-loader apply STATE.json` reads it. The binary layouts are those of
 * `bpf-templates/abi.h`, `specialised.h` and `table.h`, little-endian; binary fields are base64.
 */
export interface LoaderState {
  readonly version: 1;
  /** The epoch this state becomes: the loader refuses it unless it is the active epoch plus one. */
  readonly epoch: number;
  /** Path of the dispatcher object, relative to the state file. */
  readonly dispatcher: string;
  readonly config: LoaderConfig;
  readonly sizes: LoaderSizes;
  /** Records of 4 address bytes and a u32 peer class. */
  readonly addresses4: string;
  /** Records of 16 address bytes and a u32 peer class. */
  readonly addresses6: string;
  /** Records of a u32 prefix length, 4 address bytes and a u32 peer class. */
  readonly cidrs4: string;
  /** Records of a u32 prefix length, 16 address bytes and a u32 peer class. */
  readonly cidrs6: string;
  readonly programs: readonly LoaderProgram[];
  readonly pods: readonly LoaderPod[];
}

/** `struct config`, without what the loader or the program entry gives. */
export interface LoaderConfig {
  readonly ipv6: boolean;
  readonly audit: boolean;
  readonly log_allowed: boolean;
  readonly log_denied: boolean;
  readonly deny_events_per_second: number;
}

/** Entries of the maps that live as long as the instance; they are fixed by the first apply. */
export interface LoaderSizes {
  readonly established: number;
  readonly half_open: number;
  readonly fragments: number;
  readonly events_bytes: number;
}

/** One loaded pair of programs: a policy set's object for one subject. Pods with equal subjects share it. */
export interface LoaderProgram {
  readonly profile: number;
  /** Path of the object, relative to the state file. */
  readonly object: string;
  /** Of the object file, in hex: it is checked before anything is loaded. */
  readonly sha256: string;
  /** `struct subject`, the whole of `.rodata.subject`. */
  readonly subject: string;
  /** The values of the map `peers`, by class. */
  readonly peers: string;
  /** The values of the map `table`; only for objects of the table form. */
  readonly table?: string;
}

/** A pod that some policy selects, by its interface in the network namespace that the loader runs in. */
export interface LoaderPod {
  readonly name: string;
  readonly interface: string;
  /** Index into `programs`. */
  readonly program: number;
}
