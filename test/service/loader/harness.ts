/** One helper for the tests of `polc-loader services`: states, objects, sockets in network namespaces, and an instance. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compileProgram, LOADER, loader, must, type Run } from "../../loader/harness.js";

const root = new URL("../../..", import.meta.url).pathname;
const here = join(root, "test/service/loader");

export interface ServiceObjects {
  readonly dir: string;
  /** Small ones: see tiny.bpf.c. */
  readonly tc: string;
  readonly xdp: string;
  readonly sockets: string;
  readonly hooks: string;
  remove(): void;
}

export function compileTiny(): ServiceObjects {
  const dir = mkdtempSync(join(tmpdir(), "polc-services-test-"));
  must("make", ["-s", "-C", join(root, "loader")]);
  must("cc", ["-O2", "-o", join(dir, "sockets"), join(here, "sockets.c")]);
  must("cc", ["-O2", "-o", join(dir, "hooks"), join(here, "hooks.c")]);
  return {
    dir,
    tc: compileProgram(join(here, "tiny.bpf.c"), join(dir, "tc.bpf.o")),
    xdp: compileProgram(join(here, "tiny.bpf.c"), join(dir, "xdp.bpf.o"), ["-DXDP"]),
    sockets: join(dir, "sockets"),
    hooks: join(dir, "hooks"),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The program for sockets itself. */
export const compileSocket = (dir: string): string =>
  compileProgram(join(root, "bpf-templates/service/service_socket.bpf.c"), join(dir, "service_socket.bpf.o"));

export const object = (path: string) => ({
  path,
  sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
});

export const CONFIG = {
  tableSize: 101,
  seed: 1,
  dispatchTcp: "opt",
  dispatchUdp: "opt",
  refusal: "icmp",
  genevePort: 6081,
  snatFirst: 61000,
  snatLast: 65535,
  mtu: 1500,
  node4: "192.0.2.1",
  hairpin4: "169.254.42.1",
};

export const endpoint = (id: number, address: string, more: object = {}) => ({
  id,
  servicePort: 0,
  address,
  port: 8080,
  flags: ["local"],
  ...more,
});

export const port = (id: number, set: number, more: object = {}) => ({
  id,
  sets: [set, set, set],
  empty: ["refuse", "refuse", "refuse"],
  flags: [],
  affinity: 0,
  name: id,
  ...more,
});

export const frontend = (address: string, at: number, servicePort: number, more: object = {}) => ({
  address,
  port: at,
  protocol: "UDP",
  servicePort,
  kind: "cluster-ip",
  ...more,
});

/** 10.96.0.1:53 over UDP has one endpoint for each address. */
export function whole(
  objects: ServiceObjects,
  generation: number,
  addresses: readonly string[],
  more: object = {},
): any {
  return {
    kind: "services",
    version: 1,
    generation,
    whole: true,
    objects: { tc: object(objects.tc), xdp: object(objects.xdp) },
    config: CONFIG,
    links: [],
    pods: [],
    destinations: [{ address: "10.96.0.1", flags: ["cluster-ip"] }],
    endpoints: addresses.map((address, i) => endpoint(i + 1, address)),
    sets: [{ id: 1, endpoints: addresses.map((_, i) => i + 1) }],
    ports: [port(0, 1)],
    frontends: [frontend("10.96.0.1", 53, 0)],
    sourceRanges: [],
    ...more,
  };
}

export const change = (generation: number, more: object): any => ({
  kind: "services",
  version: 1,
  generation,
  whole: false,
  ...more,
});

/** A UDP datagram from 10.0.0.9 to 10.96.0.1:53, as an Ethernet frame in base64. */
export function datagram(sourcePort: number, to = "10.96.0.1"): string {
  const packet = Buffer.alloc(14 + 20 + 8 + 4);
  packet.writeUInt16BE(0x0800, 12);
  packet.set([0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 9, ...to.split(".").map(Number)], 14);
  packet.writeUInt16BE(sourcePort, 34);
  packet.writeUInt16BE(53, 36);
  packet.writeUInt16BE(12, 38);
  return packet.toString("base64");
}

/** Where an answer's packet goes. */
export const sentTo = (answer: { packet: string }): string => {
  const packet = Buffer.from(answer.packet, "base64");
  return `${[...packet.subarray(30, 34)].join(".")}:${packet.readUInt16BE(36)}`;
};

/** Sockets in a network namespace: see sockets.c. */
export class Sockets {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(objects: ServiceObjects, netns: string, cgroup = "-") {
    this.#process = spawn(objects.sockets, [`/run/netns/${netns}`, cgroup]);
    this.#process.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<string> {
    this.#process.stdin.write(line + "\n");
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`no answer to ${line}`);
    return answer.value;
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#process.on("exit", () => resolve());
      this.#process.stdin.end();
    });
  }
}

/** A cgroup of version 2, wherever the machine has its own. */
export class Cgroup {
  readonly #mount = mkdtempSync(join(tmpdir(), "polc-services-cgroup-"));
  readonly path = join(this.#mount, `polc-services-${process.pid}`);

  constructor() {
    must("mount", ["-t", "cgroup2", "none", this.#mount]);
    mkdirSync(this.path);
  }

  /** What ran there takes a moment to be gone. */
  async remove(): Promise<void> {
    for (let tries = 0; tries < 50; tries++) {
      try {
        rmdirSync(this.path);
        break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    spawnSync("umount", [this.#mount]);
    rmdirSync(this.#mount);
  }
}

/** `polc-loader services serve`, line by line. */
export class Server {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly exited: Promise<number | null>;

  constructor(netns: string, instance: string) {
    this.#process = spawn("nsenter", [
      `--net=/run/netns/${netns}`,
      LOADER,
      "services",
      "serve",
      "--instance",
      instance,
    ]);
    this.#process.stderr.pipe(process.stderr);
    this.#process.stdin.on("error", () => {}); // it was killed: whoever asks it is told
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.exited = new Promise((resolve) => this.#process.on("exit", resolve));
  }

  async ask(state: object | string): Promise<any> {
    this.#process.stdin.write((typeof state === "string" ? state : JSON.stringify(state)) + "\n");
    const answer = await this.#lines.next();
    if (answer.done) throw new Error("the server has ended");
    return JSON.parse(answer.value);
  }

  /** nsenter becomes the loader. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  end(): Promise<number | null> {
    this.#process.stdin.end();
    return this.exited;
  }
}

export function write(objects: ServiceObjects, name: string, state: object | string): string {
  const path = join(objects.dir, `${name}.json`);
  writeFileSync(path, typeof state === "string" ? state : JSON.stringify(state));
  return path;
}

/** Packets through a state by test runs. */
export function run(objects: ServiceObjects, state: object | string, requests: readonly object[]): Run {
  const input = requests.map((request) => JSON.stringify(request) + "\n").join("");
  return loader(["services", "run", write(objects, "run", state)], { input });
}
