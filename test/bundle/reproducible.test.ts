import { utimesSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { contents, folder, objectsAlike, POLICIES, polcBuild } from "./building.js";

test("equal policies give the same bytes, whenever, wherever and in whatever language and time zone", () => {
  const here = folder({ "policies.yaml": POLICIES });
  const there = folder({ "a/b/some where else/policies.yaml": POLICIES });
  const inThere = join(there, "a/b/some where else");
  utimesSync(join(inThere, "policies.yaml"), new Date("2001-01-01"), new Date("2001-01-01"));
  const first = polcBuild(here, ["--out", "bundle"], { TZ: "UTC", LC_ALL: "C" });
  const second = polcBuild(inThere, ["--out", join(there, "out put/of another name"), "policies.yaml"], {
    TZ: "Asia/Kathmandu",
    LC_ALL: "tr_TR.UTF-8",
    TMPDIR: there,
    SOURCE_DATE_EPOCH: "1",
  });
  expect([first.code, second.code]).toEqual([0, 0]);
  const bundle = contents(join(here, "bundle"));
  expect(Object.keys(bundle).map(objectsAlike).sort()).toEqual([
    "OBJECT.bpf.o",
    "OBJECT.bpf.o",
    "bank.bpf.c",
    "ir.json",
    "manifest.json",
    "shell.bpf.o",
    "shop.bpf.c",
  ]);
  expect(contents(join(there, "out put/of another name"))).toEqual(bundle);
});

test("a policy that writes no namespace gives the bytes of one that writes default", () => {
  const of = (namespace: string) => {
    const root = folder({
      "a.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web${namespace} }
spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }
`,
    });
    expect(polcBuild(root, ["--out", "bundle"]).code).toBe(0);
    return contents(join(root, "bundle"));
  };
  expect(of("                    ")).toEqual(of(", namespace: default"));
});

test("policies named by another path have the same names as seen from their folder", () => {
  const root = folder({ "project/policies/a.yaml": POLICIES, "elsewhere/empty": "" });
  expect(polcBuild(join(root, "elsewhere"), ["../project/policies"]).code).toBe(0);
  const manifest = readFileSync(join(root, "elsewhere/polc-out/manifest.json"), "utf8");
  const { policies } = JSON.parse(manifest) as { policies: { source: string }[] };
  expect(policies.map(({ source }) => source)).toEqual(["policies/a.yaml:11", "policies/a.yaml:4"]);
});

test("nothing in a bundle names a place of the machine that made it", () => {
  const here = folder({ "policies.yaml": POLICIES });
  expect(polcBuild(here, [join(here, "policies.yaml"), "--out", join(here, "bundle")]).code).toBe(0);
  for (const [name, hex] of Object.entries(contents(join(here, "bundle")))) {
    const text = Buffer.from(hex, "hex").toString("latin1");
    for (const place of [here, resolve("."), "/usr/", "/tmp/", "/home/"])
      expect(text.includes(place), `${name} has ${place}`).toBe(false);
  }
});

test("the order in which policies are read does not matter", () => {
  const [one, two] = POLICIES.split("---");
  const here = folder({ "1.yaml": one!, "2.yaml": two! });
  expect(polcBuild(here, ["1.yaml", "2.yaml", "--out", "a"]).code).toBe(0);
  expect(polcBuild(here, ["2.yaml", "1.yaml", "--out", "b"]).code).toBe(0);
  expect(contents(join(here, "b"))).toEqual(contents(join(here, "a")));
});
