/** What polc has in C, and what building it takes. */
export interface NativeProgram {
  readonly name: "polc-loader" | "polc-probe";
  /** Names a path that is used instead. */
  readonly variable: "POLC_LOADER" | "POLC_PROBE";
  /** Its folder in the package, where `make` builds it, before those that it includes from. */
  readonly folders: readonly [string, ...string[]];
  /** Headers that it includes, each with the package of Debian and Ubuntu that has it. */
  readonly headers: Readonly<Record<string, string>>;
}

const SYSTEM_HEADERS = { "stdio.h": "libc6-dev", "linux/types.h": "linux-libc-dev" };

export const LOADER: NativeProgram = {
  name: "polc-loader",
  variable: "POLC_LOADER",
  folders: ["loader", "bpf-templates"],
  headers: {
    ...SYSTEM_HEADERS,
    "bpf/libbpf.h": "libbpf-dev",
    "libelf.h": "libelf-dev",
    "zlib.h": "zlib1g-dev",
    "jansson.h": "libjansson-dev",
  },
};

export const PROBE: NativeProgram = {
  name: "polc-probe",
  variable: "POLC_PROBE",
  folders: ["probe"],
  headers: SYSTEM_HEADERS,
};
