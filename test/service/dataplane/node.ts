/** One node's programs of services in the kernel, on no interface: packets in by test runs, packets out as they come. */
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readPacket, type Read } from "./read_packet.js";

const root = new URL("../../..", import.meta.url).pathname;

export type Hook = "from_pod" | "to_pod" | "from_link" | "to_link";

export interface Sent {
  readonly verdict: string;
  readonly ns: number;
  readonly bytes: Buffer;
  /** What came out; undefined where it is too short to be read. */
  readonly packet: Read;
}

export interface Run {
  readonly object?: "tc" | "xdp";
  /** Seconds that pass before. */
  readonly age?: number;
  readonly ifindex?: number;
  /** As if no packet had come before. */
  readonly fresh?: boolean;
  readonly gso_size?: number;
}

/** The parts of a state that tests differ in; see `state` for the rest. */
export type Tables = Readonly<Record<string, readonly object[]>>;

export const CONFIG = {
  tableSize: 251,
  seed: 1,
  dispatchTcp: "opt",
  dispatchUdp: "opt",
  refusal: "icmp",
  genevePort: 6081,
  snatFirst: 61000,
  snatLast: 65535,
  mtu: 1500,
  node4: "192.168.0.1",
  node6: "fd00:192::1",
  hairpin4: "169.254.42.1",
  hairpin6: "100::1",
};

export type Config = typeof CONFIG & { readonly outer4: string; readonly outer6: string };

let states = 0;

/** What the first node of a file may take, on a machine that is busy with others. */
export const COMPILING = 240_000;

let objects: { readonly directory: string; readonly tc: object; readonly xdp: object } | undefined;

function compileObject(directory: string, name: string): object {
  const multiarch = execFileSync("cc", ["-print-multiarch"], { encoding: "utf8" }).trim();
  const path = join(directory, `service_${name}.bpf.o`);
  const source = join(root, `bpf-templates/service/service_${name}.bpf.c`);
  const flags = ["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-std=gnu11", "-I", join(root, "bpf-templates")];
  execFileSync("clang", [...flags, "-idirafter", `/usr/include/${multiarch}`, "-c", source, "-o", path]);
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}

/** Compiled once per test file. */
function compiled() {
  if (!objects) {
    const directory = mkdtempSync(join(tmpdir(), "polc-service-test-"));
    process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
    objects = { directory, tc: compileObject(directory, "tc"), xdp: compileObject(directory, "xdp") };
  }
  return objects;
}

export class Node {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = "";
  #generation = 1;

  private constructor(path: string, netns?: string) {
    const [command, ...words] = [
      ...(netns === undefined ? [] : ["nsenter", `--net=/run/netns/${netns}`]),
      join(root, "loader/polc-loader"),
    ];
    this.#process = spawn(command!, [...words, "services", "run", path]);
    this.#process.stderr.on("data", (data) => (this.#errors += data));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** In this network namespace, if any: its routes and neighbours are what next hops are found in. */
  static open(tables: Tables, config: Partial<Config> = {}, netns?: string): Node {
    return new Node(Node.state(tables, config), netns);
  }

  /** Path of a state. */
  static state(tables: Tables, config: Partial<Config> = {}): string {
    const { directory, tc, xdp } = compiled();
    const path = join(directory, `state-${++states}.json`);
    const state = {
      kind: "services",
      version: 1,
      generation: 1,
      whole: true,
      objects: { tc, xdp },
      config: { ...CONFIG, ...config },
      capacity: {
        destinations: 64,
        frontends: 64,
        ports: 64,
        sets: 64,
        members: 4096,
        endpoints: 1024,
        rows: 64,
      },
      links: [],
      pods: [],
      ...tables,
    };
    writeFileSync(path, JSON.stringify(state));
    return path;
  }

  async #ask(request: object): Promise<any> {
    this.#process.stdin.write(JSON.stringify(request) + "\n");
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`polc-loader ended: ${this.#errors}`);
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(JSON.stringify(answer.error));
    return answer;
  }

  async send(hook: Hook, frame: Buffer, run: Run = {}): Promise<Sent> {
    const answer = await this.#ask({ hook, packet: frame.toString("base64"), ...run });
    const bytes = Buffer.from(answer.packet, "base64");
    return {
      verdict: answer.verdict,
      ns: answer.ns,
      bytes,
      get packet() {
        return readPacket(bytes);
      },
    };
  }

  /** A change of the tables, put in force. */
  async apply(tables: object): Promise<void> {
    await this.#ask({
      apply: { kind: "services", version: 1, generation: ++this.#generation, whole: false, ...tables },
    });
  }

  /** Those that are not 0. */
  async counters(): Promise<Record<string, number>> {
    const { counters } = await this.#ask({ counters: true });
    return Object.fromEntries(Object.entries<number>(counters).filter(([, count]) => count !== 0));
  }

  async flows(): Promise<any[]> {
    return (await this.#ask({ flows: true })).flows;
  }

  close(): void {
    this.#process.stdin.end();
  }
}

export const privileged = process.getuid?.() === 0;
