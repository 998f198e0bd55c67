import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as convert from "../../src/cli/convert/convert.js";
import { runCommand } from "./run_command.js";

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-convert-"));
  writeFileSync(
    path("p.yaml"),
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}}\n",
  );
  writeFileSync(path("broken.yaml"), "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n");
  writeFileSync(path("pod.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

test("the other form is written to standard output", async () => {
  const toTs = await runCommand(convert, path("p.yaml"));
  expect(toTs).toMatchObject({ code: 0, stderr: "" });
  expect(toTs.stdout).toContain(`export default policy("p", {`);
  const toYaml = await runCommand(convert, path("p.yaml"), "--to", "yaml");
  expect(toYaml).toMatchObject({ code: 0, stderr: "" });
  expect(toYaml.stdout).toContain("kind: NetworkPolicy");
});

test("the examples in TypeScript mean the same as YAML, and claims are said to stay", async () => {
  const ran = await runCommand(convert, "examples/online-boutique-ts");
  expect(ran).toMatchObject({ code: 0, stderr: "Claims stay in TypeScript: they are not converted.\n" });
  expect(ran.stdout.match(/^kind: NetworkPolicy$/gm)).toHaveLength(11);
});

test("the examples in YAML come out as a person writes them", async () => {
  const ran = await runCommand(convert, "examples/online-boutique", "--out", path("boutique"));
  expect(ran).toEqual({
    code: 0,
    stdout: `${path("boutique/cluster.ts")}\n${path("boutique/boutique.policy.ts")}\n`,
    stderr: "",
  });
  expect(readFileSync(path("boutique/boutique.policy.ts"), "utf8")).toContain(
    `    allow(isolated).to(kubeSystem["kube-dns"]).on(udp(53), tcp(53)),\n`,
  );
});

test("a file or a folder is written; what is there stays, without --force", async () => {
  const file = path("made.policy.ts");
  expect(await runCommand(convert, path("p.yaml"), "--out", file)).toEqual({
    code: 0,
    stdout: `${file}\n`,
    stderr: "",
  });
  writeFileSync(file, "mine");
  const refused = await runCommand(convert, path("p.yaml"), "--out", file);
  expect(refused).toEqual({
    code: 2,
    stdout: "",
    stderr: `polc convert: ${file} already exists: use --force to overwrite\n`,
  });
  expect(readFileSync(file, "utf8")).toBe("mine");
  expect((await runCommand(convert, path("p.yaml"), "--out", file, "--force")).code).toBe(0);
  expect(readFileSync(file, "utf8")).toContain("policy(");
  expect((await runCommand(convert, path("p.yaml"), "--to", "yaml", "--out", path("out"))).code).toBe(0);
  expect(readdirSync(path("out"))).toEqual(["shop.yaml"]);
});

test("what the other form cannot say ends with 1, and nothing is written", async () => {
  const ran = await runCommand(convert, "examples/guardrails-ts", "--out", path("guardrails"));
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toContain("inexpressible-peer  error");
  expect(readdirSync(folder)).not.toContain("guardrails");
});

test("a rule with a peer that polc does not know is written in no form", async () => {
  const head =
    "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\n";
  for (const action of ["Accept", "Deny"]) {
    writeFileSync(
      path("nodes.yaml"),
      `${head}spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: ${action}, to: [{nodes: {}}]}]}\n`,
    );
    for (const form of ["ts", "yaml"]) {
      const ran = await runCommand(convert, path("nodes.yaml"), "--to", form);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain(
        "ClusterNetworkPolicy p: polc does not support nodes, so this rule cannot be converted",
      );
    }
  }
  rmSync(path("nodes.yaml"));
});

test("without policies, with errors in them, of both forms, or to a file of another kind: 2", async () => {
  for (const [args, message] of [
    [[path("pod.yaml")], "polc convert: no policies in "],
    [[path("missing")], "does not exist"],
    [[path("broken.yaml")], "error"],
    [[path("p.yaml"), "examples/guardrails-ts"], "choose with --to yaml or --to ts"],
    [[path("p.yaml"), "--out", path("x.ts")], "write *.policy.ts, or a folder"],
    [[path("p.yaml"), "--to", "json"], "yaml, ts"],
  ] as const) {
    const ran = await runCommand(convert, ...args);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
  }
});
