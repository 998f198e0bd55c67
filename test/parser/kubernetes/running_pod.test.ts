import { expect, test } from "vitest";
import type { Inventory, Pod } from "../../../src/ir/inventory.js";
import { sourcesOf } from "../../../src/ir/pod_sources.js";
import { parseYamlFile } from "../../../src/parser/yaml_file.js";
import { SourceFile } from "../../../src/source/source_file.js";

function podsOf(metadata: string, status: string): Inventory {
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, ${metadata}}\nspec: {}\nstatus: {${status}}\n`;
  const { inventory, diagnostics } = parseYamlFile(new SourceFile("pods.yaml", text), { named: true });
  expect(diagnostics).toEqual([]);
  return inventory;
}

function podOf(metadata: string, status: string): Pod {
  return podsOf(metadata, status).pods[0]!;
}

test("a pod that has ended is none of the pods: its address may be another's by now", () => {
  expect(podOf("", "phase: Running, podIPs: [{ip: 10.0.0.1}]").ips).toEqual(["10.0.0.1"]);
  expect(podOf("", "phase: Pending").ips).toEqual([]);
  for (const status of ["phase: Succeeded, podIPs: [{ip: 10.0.0.1}]", "phase: Failed, podIP: 10.0.0.1"]) {
    const { pods, ended } = podsOf("", status);
    expect(pods).toEqual([]);
    expect(ended?.map(({ name }) => name)).toEqual(["p"]);
  }
});

test("of a pod's annotations those of polc.dev are kept", () => {
  expect(podOf("annotations: {polc.dev/netns: red, other.dev/x: y}", "").annotations).toEqual({
    "polc.dev/netns": "red",
  });
  expect(podOf("annotations: {other.dev/x: y}", "").annotations).toBeUndefined();
});

test("further sources of a pod are kept; an entry that is no address or block is a warning at the annotation", () => {
  const text =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: gateway\n  annotations:\n" +
    '    polc.dev/sources: "10.9.0.1, 10.8.0.0/16, 10.300.0.1"\n';
  const { inventory, diagnostics } = parseYamlFile(new SourceFile("pods.yaml", text), { named: true });
  expect(sourcesOf(inventory.pods[0]!)).toEqual(["10.9.0.1/32", "10.8.0.0/16"]);
  expect(
    diagnostics.map(({ severity, message, span }) => [severity, message, text.slice(span.start, span.end)]),
  ).toEqual([
    [
      "warning",
      'metadata.annotations[polc.dev/sources]: "10.300.0.1" is neither an address nor a block, and grants nothing',
      '"10.9.0.1, 10.8.0.0/16, 10.300.0.1"',
    ],
  ]);
});

test("a pod's owner is its controller, and the Deployment behind a ReplicaSet", () => {
  const owned = (kind: string, name: string) =>
    `ownerReferences: [{kind: ${kind}, name: ${name}, controller: true}]`;
  const hash = "labels: {pod-template-hash: 7b78d7c957}";
  expect(podOf(`${hash}, ${owned("ReplicaSet", "web-7b78d7c957")}`, "").owner).toEqual({
    kind: "Deployment",
    name: "web",
  });
  expect(podOf(owned("ReplicaSet", "web-7b78d7c957"), "").owner).toEqual({
    kind: "ReplicaSet",
    name: "web-7b78d7c957",
  });
  expect(podOf(owned("StatefulSet", "db"), "").owner).toEqual({ kind: "StatefulSet", name: "db" });
  expect(podOf("ownerReferences: [{kind: Thing, name: t}]", "").owner).toBeUndefined();
});
