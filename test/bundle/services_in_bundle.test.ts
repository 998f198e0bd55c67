import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as build from "../../src/cli/build/build.js";
import { readBundle } from "../../src/bundle/read_bundle.js";
import { parseServices, printServices } from "../../src/bundle/service_tables.js";
import { nodeServicesState } from "../../src/services/node_services_state.js";
import { runCommand } from "../cli/run_command.js";
import { clusterOf, nodeNamed, NODES, OPTIONS, service, slice } from "../services/cluster_of.js";

const POLICY = `
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}}}
`;
const WEB =
  service(
    "web",
    `{type: LoadBalancer, clusterIP: 10.96.0.10, loadBalancerSourceRanges: [198.51.100.0/24], ports: [{port: 80, nodePort: 30080}]}`,
    `{loadBalancer: {ingress: [{ip: 203.0.113.7}]}}`,
  ) + slice("web", 8080, `[{addresses: [10.244.2.5], nodeName: n2}]`);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "polc-bundle-"))));
afterAll(() => rmSync(folder, { recursive: true }));

async function built(text: string, name: string) {
  const [file, out] = [join(folder, `${name}.yaml`), join(folder, name)];
  writeFileSync(file, text);
  const ran = await runCommand(build, file, "--out", out, "--no-verify", "--no-cache", "--quiet");
  return { ...ran, out };
}

test("a bundle has the Services and their programs, and nodes make of it what they make of the files", async () => {
  const { code, stderr, stdout, out } = await built(NODES + POLICY + WEB, "served");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("1 Service,");
  expect(readdirSync(out).filter((file) => file.startsWith("service"))).toEqual([
    "service-socket.bpf.o",
    "service-tc.bpf.o",
    "service-xdp.bpf.o",
    "services.json",
  ]);
  const bundle = await readBundle(out);
  if (Array.isArray(bundle)) throw new Error(JSON.stringify(bundle));
  const { services } = bundle as Exclude<typeof bundle, readonly unknown[]>;
  const state = (of: Parameters<typeof nodeServicesState>[0]) =>
    nodeServicesState(of, nodeNamed("n1"), OPTIONS).state;
  expect(state({ namespaces: [], pods: [], ...services! })).toEqual(state(clusterOf(NODES + WEB)));
});

test("a changed services.json, or a changed object, is refused by its digest", async () => {
  const { out } = await built(NODES + POLICY + WEB, "changed");
  for (const file of ["services.json", "service-tc.bpf.o"]) {
    const path = join(out, file);
    const before = readFileSync(path);
    writeFileSync(path, Buffer.concat([before, Buffer.from(" ")]));
    expect(await readBundle(out)).toMatchObject([
      { rule: "invalid-bundle", message: "this file was changed after the build: its digest differs" },
    ]);
    writeFileSync(path, before);
  }
  expect(Array.isArray(await readBundle(out))).toBe(false);
});

test("Services without an address, as in manifests that no cluster has seen, leave a bundle as it was", async () => {
  const { code, out } = await built(
    POLICY + service("web", `{selector: {app: web}, ports: [{port: 80}]}`),
    "none",
  );
  expect(code).toBe(0);
  expect(readdirSync(out).filter((file) => file.startsWith("service"))).toEqual([]);
});

test("services.json is checked: an unknown field, and what is no address, are refused", () => {
  const { services, slices = [], nodes } = clusterOf(NODES + WEB);
  const text = printServices({ settings: {}, services, slices, nodes });
  expect(typeof parseServices(text)).toBe("object");
  expect(parseServices(text.replace('"clusterIps"', '"clusterIPs"'))).toContain("additional properties");
  expect(parseServices(text.replace("10.96.0.10", "10.96.0.999"))).toBe('"10.96.0.999" is no address');
  expect(parseServices("{")).toBe("it is not JSON");
});
