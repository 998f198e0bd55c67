import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSettings } from "../../src/config/settings.js";

let cwd: string;
beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), "polc-config-"))));
afterEach(() => rmSync(cwd, { recursive: true }));

async function read(text: string) {
  writeFileSync(join(cwd, "polc.config.yaml"), text);
  const settings = await loadSettings({ cwd, rules: [] });
  return "diagnostics" in settings
    ? settings.diagnostics.map(({ message, help }) => `${message}; ${help}`)
    : settings.services;
}

test("hybrid means TCP by direct return and UDP by SNAT, and what is not said is left to its default", async () => {
  expect(await read("services: {dispatch: hybrid}")).toEqual({ dispatchTcp: "opt", dispatchUdp: "snat" });
  expect(await read("services: {}")).toEqual({});
});

test("every setting of services is read", async () => {
  const text = `services:
  {dispatch: ipip, refusal: rst, externalIPs: true, sourceRangesOnNodePorts: true, tableSize: 65521, seed: 7, genevePort: 6082, snatPorts: 50000-50999, outerSources: {ipv4: 10.255.0.0/16, ipv6: "fd00:ffff::/64"}}`;
  expect(await read(text)).toEqual({
    ...{ dispatchTcp: "ipip", dispatchUdp: "ipip", refusal: "rst", externalIps: true },
    ...{ sourceRangesOnNodePorts: true, tableSize: 65521, seed: 7, genevePort: 6082 },
    ...{ snatFirst: 50000, snatLast: 50999, outer4: "10.255.0.0/16", outer6: "fd00:ffff::/64" },
  });
});

test("a value that cannot be is refused, and the help says which can", async () => {
  expect(await read("services: {dispatch: genve}")).toEqual([
    'services.dispatch: "genve" is none of its values; did you mean `geneve`?',
  ]);
  expect(await read("services: {tableSize: 16384}")).toEqual([
    "services.tableSize: 16384 is not a prime; write 16411, the next one",
  ]);
  expect(await read("services: {snatPorts: 65535-61000}")).toEqual([
    "services.snatPorts: this is no range of ports above 1023; write one that no process of a node uses, such as 61000-65535",
  ]);
  expect(await read("services: {outerSources: {ipv4: fd00::/8}}")).toEqual([
    'services.outerSources.ipv4: "fd00::/8" is no IPv4 block; write one that nothing is routed to, such as 10.255.0.0/16',
  ]);
  expect(await read("services: {dispach: opt}")).toEqual([
    "services.dispach: unknown field; did you mean `dispatch`?",
  ]);
});
