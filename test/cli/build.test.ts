import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, objectsAlike, POLICIES, polcBuild } from "../bundle/building.js";

const BANK = POLICIES.split("---")[1]!;

test("good policies make a bundle, and one line says what is in it", () => {
  const here = folder({ "policies.yaml": POLICIES });
  const { code, stdout, stderr } = polcBuild(here, ["--no-verify"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(
    /^polc-out: 2 policy sets, 2 policies, 2 rules, \d+ KiB, \d+\.\d s, .*clang version \d+\.\d+\.\d+.*\n$/,
  );
  expect(existsSync(join(here, "polc-out/manifest.json"))).toBe(true);
});

test("an error in a policy is shown, exits 1 and makes nothing", () => {
  const here = folder({ "policies.yaml": BANK.replace("10.0.0.0/8", "10.0.0.0/33") });
  expect(polcBuild(here, [])).toEqual({
    code: 1,
    stdout: "",
    stderr: `policies.yaml:7:41  invalid-cidr  error
   7 |   ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/33, except: [10.1.0.0/16] } }] }]
     |                                         ^^^^^^^^^^^
     |                                         spec.ingress[0].from[0].ipBlock.cidr: "10.0.0.0/33" is not a CIDR block
  help: write an address block such as 10.9.8.0/24 or 2001:db8::/64

1 error, 0 warnings in 1 file
`,
  });
  expect(readdirSync(here)).toEqual(["policies.yaml"]);
});

test("host bits in a block are no reason not to build: clusters may hold such policies", () => {
  const here = folder({ "policies.yaml": BANK.replace("10.0.0.0/8", "10.9.9.9/8") });
  const { code, stderr } = polcBuild(here, []);
  expect([code, stderr]).toEqual([0, ""]);
  expect(readFileSync(join(here, "polc-out/bank.bpf.c"), "utf8")).toContain("10.0.0.0/8 except 10.1.0.0/16");
});

test("without clang it says so, with what to install, and exits 2", () => {
  const here = folder({ "policies.yaml": POLICIES });
  expect(polcBuild(here, [], { CLANG: "/nonexistent" })).toEqual({
    code: 2,
    stdout: "",
    stderr: `compiler-missing  error
  no clang 13 or later at /nonexistent
  help: install them: apt-get install clang llvm libbpf-dev (or set CLANG and LLVM_STRIP to other ones)

1 error, 0 warnings in 1 file
`,
  });
  expect(polcBuild(here, [], { PATH: here, CLANG: "" }).stderr).toContain("no clang 13 or later on PATH");
  expect(readdirSync(here)).toEqual(["policies.yaml"]);
});

test("a clang that is too old is named, and a bundle needs the strip of its clang", () => {
  const here = folder({
    "policies.yaml": POLICIES,
    "old/clang": "#!/bin/sh\necho Debian clang version 11.1.0\n",
    "alone/clang-15": "#!/bin/sh\necho clang version 15.0.7\n",
  });
  chmodSync(join(here, "old/clang"), 0o755);
  chmodSync(join(here, "alone/clang-15"), 0o755);
  const old = polcBuild(here, [], { PATH: join(here, "old"), CLANG: "" });
  expect([old.code, old.stderr.split("\n")[1]]).toEqual([
    2,
    "  no clang 13 or later, only Debian clang version 11.1.0",
  ]);
  const alone = polcBuild(here, [], { PATH: join(here, "alone"), CLANG: "" });
  expect([alone.code, alone.stderr.split("\n")[1]]).toEqual([2, "  no llvm-strip of version 15 on PATH"]);
});

test("no policy files exit 2", () => {
  expect(polcBuild(folder(), [])).toEqual({
    code: 2,
    stdout: "",
    stderr: "polc build: no policy files in .\n",
  });
  const missing = polcBuild(folder(), ["nothing.yaml"]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("nothing.yaml");
});

test("--emit ir prints the policies with their spans as JSON and makes nothing", () => {
  const here = folder({ "policies.yaml": BANK });
  const { code, stdout, stderr } = polcBuild(here, ["--emit", "ir"], { CLANG: "/nonexistent" });
  expect([code, stderr]).toEqual([0, ""]);
  const { schemaVersion, policies } = JSON.parse(stdout) as { schemaVersion: number; policies: object[] };
  expect(schemaVersion).toBe(2);
  expect(policies).toMatchObject([
    {
      kind: "NetworkPolicy",
      name: "vault",
      namespace: "bank",
      isolates: { ingress: true, egress: false },
      rules: [
        {
          direction: "ingress",
          action: "allow",
          peers: [{ kind: "block", cidr: { text: "10.0.0.0/8" }, except: [{ text: "10.1.0.0/16" }] }],
        },
      ],
      span: { file: "policies.yaml" },
    },
  ]);
  expect(readdirSync(here)).toEqual(["policies.yaml"]);
});

test("--emit c prints the code of every set and makes nothing", () => {
  const here = folder({ "policies.yaml": POLICIES });
  const { code, stdout, stderr } = polcBuild(here, ["--emit", "c"], { CLANG: "/nonexistent" });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.match(/^ \* \S+\.bpf\.c: .*$/gm)).toEqual([
    " * bank.bpf.c: what policy says of the pods of namespace bank.",
    " * shop.bpf.c: what policy says of the pods of namespace shop.",
  ]);
  expect(stdout.match(/#include <policy.bpf.c>$/gm)).toHaveLength(2);
  expect(readdirSync(here)).toEqual(["policies.yaml"]);
});

test("--emit of something else is a usage error", () => {
  const { code, stdout, stderr } = polcBuild(folder({ "policies.yaml": POLICIES }), ["--emit", "rust"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Allowed choices are ir, c.");
});

test("a namespace called shell or cluster does not take the place of what has that name", () => {
  const tier = `import { adminTier, deny, everyPod, namespaces } from "polc";
export default adminTier("t", { priority: 1, rules: [deny(namespaces({ env: "dev" })).to(everyPod)] });
`;
  const yaml = ["shell", "cluster"].map((name) => BANK.replace("namespace: bank", `namespace: ${name}`));
  const here = folder({ "policies.yaml": yaml.join("---"), "t.policy.ts": tier });
  const { code, stderr } = polcBuild(here, []);
  expect([code, stderr]).toEqual([0, ""]);
  expect(readdirSync(join(here, "polc-out")).map(objectsAlike).sort()).toEqual([
    "OBJECT.bpf.o",
    "OBJECT.bpf.o",
    "cluster-tiers.bpf.c",
    "cluster.bpf.c",
    "ir.json",
    "manifest.json",
    "shell.bpf.c",
    "shell.bpf.o",
  ]);
});

const WITH_WARNING = BANK.replace(
  "podSelector: {}",
  "podSelector: { matchLabels: { app: a, <<: { app: b } } }",
);

const WARNING = `policies.yaml:6:41  merge-replaces  warning
   6 |   podSelector: { matchLabels: { app: a, <<: { app: b } } }
`;

test("warnings about the input are said as polc lint says them, and the bundle is made", () => {
  const here = folder({ "policies.yaml": WITH_WARNING });
  const { code, stdout, stderr } = polcBuild(here, ["--no-verify"]);
  expect(stderr).toContain(WARNING);
  expect(stderr).toMatch(/\n\n0 errors, 1 warning in 1 file\n$/);
  expect([code, stdout.split(",")[0]]).toEqual([0, "polc-out: 1 policy set"]);
});

test("warnings stand beside errors", () => {
  const here = folder({ "policies.yaml": WITH_WARNING.replace("10.0.0.0/8", "10.0.0.0/33") });
  const { code, stderr } = polcBuild(here, []);
  expect(code).toBe(1);
  expect(stderr).toContain(WARNING);
  expect(stderr).toMatch(/\n\n1 error, 1 warning in 1 file\n$/);
});

test("--quiet leaves errors alone on standard error", () => {
  const here = folder({ "policies.yaml": WITH_WARNING });
  expect(polcBuild(here, ["--no-verify", "--quiet"])).toMatchObject({ code: 0, stderr: "" });
});

const HOST_BITS = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: p }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: {} }
  egress:
    - action: Deny
      to: [{ networks: [10.1.2.3/8] }]
`;

test("a Service that cannot be served as it is written is named, and the others are in the bundle", () => {
  const service = (name: string, ports: string) =>
    `---\n{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: shop}, spec: {clusterIPs: [10.96.0.${name.length}], selector: {app: web}, ports: [${ports}]}}\n`;
  const pod = `---\n{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {nodeName: n, containers: []}, status: {podIPs: [{ip: 10.0.0.1}]}}\n---\n{apiVersion: v1, kind: Node, metadata: {name: n}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}\n`;
  const here = folder({
    "policies.yaml": POLICIES,
    "services.yaml": service("good", "{port: 80}") + service("empty", "") + pod,
  });
  const { code, stdout, stderr } = polcBuild(here, ["--no-verify", "--quiet"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("2 Services")]);
  expect(stderr).toMatch(/^services\.yaml:4:\d+ {2}no-ports {2}error\n[^]*Service shop\/empty has no ports/);
});

test("what the configuration or a comment switches off is not said", () => {
  const here = folder({ "policies.yaml": HOST_BITS });
  const stderr = () => polcBuild(here, ["--emit", "ir"]).stderr;
  expect(stderr()).toMatch(/cidr-host-bits {2}warning/);
  writeFileSync(join(here, "polc.config.yaml"), "rules: { cidr-host-bits: off }\n");
  expect(stderr()).toBe("");
  rmSync(join(here, "polc.config.yaml"));
  writeFileSync(
    join(here, "policies.yaml"),
    HOST_BITS.replace(
      "      to:",
      "      # polc-disable-next-line cidr-host-bits -- as the provider lists it\n      to:",
    ),
  );
  expect(stderr()).toBe("");
});
