/** The states that are measured: services of 100 backends on another node. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";

export const BACKENDS = 100;
export type Mode = "opt" | "ipip" | "geneve" | "snat";

export interface Objects {
  readonly tc: { readonly path: string; readonly sha256: string };
  readonly xdp: { readonly path: string; readonly sha256: string };
}

/** As a build compiles them. */
export function compileObjects(directory: string): Objects {
  const templates = join(packageRoot(), "bpf-templates");
  const multiarch = execFileSync("cc", ["-print-multiarch"], { encoding: "utf8" }).trim();
  const compile = (name: string) => {
    const path = join(directory, `service_${name}.bpf.o`);
    const flags = ["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-std=gnu11", "-I", templates];
    const source = join(templates, "service", `service_${name}.bpf.c`);
    execFileSync("clang", [...flags, "-idirafter", `/usr/include/${multiarch}`, "-c", source, "-o", path]);
    return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
  };
  return { tc: compile("tc"), xdp: compile("xdp") };
}

/** Service 0 is 10.96.0.1. */
const addressOf = (service: number) => {
  const number = service + 1;
  return `10.${96 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
};

export const endpoint = (service: number, at: number, id = service * BACKENDS + at) => ({
  id,
  servicePort: service,
  address: `10.0.2.${at + 1}`,
  port: 8080,
  flags: [],
  node: "192.168.0.2",
});

export const port = (service: number, set: number) => ({
  id: service,
  sets: [set, set, set],
  empty: ["refuse", "refuse", "refuse"],
  flags: [],
  affinity: 0,
  name: service,
});

const members = (service: number) => Array.from({ length: BACKENDS }, (_, at) => service * BACKENDS + at);

/** Written in pieces: of 10,000 services it has 100 MB. */
export function writeState(
  path: string,
  services: number,
  mode: Mode,
  objects: Objects,
  links: object[],
): void {
  const spare = 64;
  const head = {
    kind: "services",
    version: 1,
    generation: 1,
    whole: true,
    objects,
    config: {
      ...{
        tableSize: 16381,
        seed: 1,
        dispatchTcp: mode,
        dispatchUdp: mode,
        refusal: "icmp",
        genevePort: 6081,
      },
      ...{ snatFirst: 1024, snatLast: 65535, mtu: 1500, node4: "192.168.0.1", hairpin4: "169.254.42.1" },
    },
    capacity: {
      ports: services + spare,
      sets: services + spare,
      members: (services + spare) * 128,
      endpoints: (services + spare) * BACKENDS,
      frontends: services + spare,
      destinations: services + spare,
      rows: spare,
    },
    links,
    pods: [],
    sourceRanges: [],
  };
  const numbers = Array.from({ length: services }, (_, service) => service);
  const lists: Record<string, (service: number) => object[]> = {
    destinations: (service) => [
      { address: addressOf(service), flags: ["cluster-ip", "external"] },
      ...(service === 0 ? [{ address: "192.168.0.1", flags: ["node", "own"] }] : []),
      ...(service === 0 ? [{ address: "192.168.0.2", flags: ["node"] }] : []),
    ],
    endpoints: (service) => Array.from({ length: BACKENDS }, (_, at) => endpoint(service, at)),
    sets: (service) => [{ id: service + 1, endpoints: members(service) }],
    ports: (service) => [port(service, service + 1)],
    frontends: (service) => [
      { address: addressOf(service), port: 80, protocol: "TCP", servicePort: service, kind: "load-balancer" },
    ],
  };
  const file = openSync(path, "w");
  writeSync(file, JSON.stringify(head).slice(0, -1));
  for (const [name, of] of Object.entries(lists)) {
    writeSync(file, `,"${name}":[`);
    for (let at = 0; at < services; at += 100) {
      const part = numbers.slice(at, at + 100).flatMap(of);
      writeSync(file, (at ? "," : "") + JSON.stringify(part).slice(1, -1));
    }
    writeSync(file, "]");
  }
  writeSync(file, "}\n");
  closeSync(file);
}

/**
 * The change number `times` of `service`: another backend in the place of the last one. Endpoint, set and service port are put,
 * and the endpoint and set before them go. Ids above those of the state are taken in turn.
 */
export function endpointChange(services: number, service: number, times: number) {
  const id = (first: number, spare: number, at: number) => (at < 0 ? first : spare + (at % 4));
  const endpointId = (at: number) => id(service * BACKENDS + BACKENDS - 1, services * BACKENDS, at);
  const setId = (at: number) => id(service + 1, services + 1, at);
  const kept = members(service).slice(0, -1);
  return {
    kind: "services",
    version: 1,
    generation: times + 2,
    whole: false,
    endpoints: {
      put: [endpoint(service, BACKENDS + (times % 2), endpointId(times))],
      remove: [endpointId(times - 1)],
    },
    sets: {
      put: [{ id: setId(times), endpoints: [...kept, endpointId(times)] }],
      remove: [setId(times - 1)],
    },
    ports: { put: [port(service, setId(times))] },
  };
}
