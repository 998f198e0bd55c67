import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as testCommand from "../../../src/cli/test/test.js";
import { runCommand } from "../run_command.js";

let folder: string;

const FILES = {
  "policies.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: api } } }]
      ports: [{ port: 5432 }]
    - from: [{ namespaceSelector: { matchLabels: { team: ops } } }]
      ports: [{ port: metrics }]
`,
  "pods.yaml": `apiVersion: v1
kind: Pod
metadata: { name: api-0, namespace: shop, labels: { app: api } }
spec: { containers: [{ name: main, image: "shop/api:1" }] }
status: { podIPs: [{ ip: 10.0.0.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: main, image: "shop/db:1", ports: [{ name: metrics, containerPort: 9187 }] }] }
status: { podIPs: [{ ip: 10.0.0.2 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: scraper, namespace: ops, labels: { app: scraper } }
spec: { containers: [{ name: main, image: "ops/scraper:1" }] }
status: { podIPs: [{ ip: 10.0.0.3 }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: ops, labels: { team: ops } }
`,
  "db.claims.ts": `import { check, claims, cluster, everyPod, internet, namespaces, tcp } from "polc";
const { shop } = cluster({ shop: { api: { app: "api" }, db: { app: "db" }, web: { app: "web" } } });
export default claims(
  check(shop.api).canReach(shop.db, tcp(5432)),
  check(internet).cannotReach(shop.db),
  check(shop.db).onlyFrom(shop.api, tcp(5432)),
  check(shop.db).onlyFrom(shop.api, tcp(5432)).orFrom(namespaces({ team: "ops" }), tcp("metrics")),
  check(namespaces({ team: "ops" })).canReach(shop.db, tcp(9187)),
  check(shop.web).canReach(shop.api, tcp(80)),
);`,
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-test-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});

afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (...args: string[]) => runCommand(testCommand, ...args);

test("the report names each claim, shows the packet that breaks one, who decided and where, and counts", async () => {
  const { code, stdout, stderr } = await ask("policies.yaml", "db.claims.ts");
  expect(stderr).toBe("");
  expect(stdout).toBe(`db.claims.ts
  holds       shop/api can reach shop/db on TCP 5432
  holds       the internet cannot reach shop/db
  broken      shop/db can be reached only from shop/api on TCP 5432
  holds       shop/db can be reached only from shop/api on TCP 5432 or from every pod in namespaces with team=ops on TCP port "metrics"
  broken      every pod in namespaces with team=ops can reach shop/db on TCP 9187
  holds       shop/web can reach shop/api on TCP 80

db.claims.ts:6:3  broken-claim  error
   6 |   check(shop.db).onlyFrom(shop.api, tcp(5432)),
     |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ does not hold: this connection is allowed
  from pod without labels in other (team=ops)
  to pod app=db in shop
  on TCP 1, which the pod calls "metrics"
  egress is allowed: no policy denies it
  ingress is allowed by NetworkPolicy shop/db
  policies.yaml:9:7
   9 |     - from: [{ namespaceSelector: { matchLabels: { team: ops } } }]
     |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  10 |       ports: [{ port: metrics }]

db.claims.ts:8:3  broken-claim  error
   8 |   check(namespaces({ team: "ops" })).canReach(shop.db, tcp(9187)),
     |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ does not hold: this connection is denied
  from pod without labels in other (team=ops)
  to pod app=db in shop
  on TCP 9187
  the destination is isolated by NetworkPolicy shop/db, and no ingress rule allows this
  policies.yaml:3:19
   3 | metadata: { name: db, namespace: shop }
     |                   ^^

4 of 6 claims hold in every possible cluster; 2 broken
`);
  expect(code).toBe(1);
});

test("a claim that only some cluster breaks is told apart, and can be asked for the inventory alone", async () => {
  const all = ["policies.yaml", "pods.yaml", "db.claims.ts", "--filter", "9187"];
  const everywhere = await ask(...all);
  expect(everywhere.stdout).toContain("help: it holds for the pods in the files: see --world inventory");
  expect(everywhere.code).toBe(1);
  const known = await ask(...all, "--world", "inventory");
  expect(known.stdout).toContain("1 of 1 claim holds for the pods in the files");
  expect(known.code).toBe(0);
});

test("in the inventory a broken claim shows the pods, and one about no pod is empty", async () => {
  const { code, stdout } = await ask(".", "--world", "inventory");
  expect(code).toBe(1);
  expect(stdout).toContain(`  from ops/scraper (app=scraper) 10.0.0.3
  to shop/db-0 (app=db) 10.0.0.2
  on TCP 9187, which the pod calls "metrics"
`);
  expect(stdout).toContain("  empty       shop/web can reach shop/api on TCP 80\n");
  expect(stdout).toContain(
    "covers no possible connection for the pods in the files\n  help: check the labels of its ends",
  );
  expect(stdout).toContain("4 of 6 claims hold for the pods in the files; 1 broken, 1 empty");
});

test("JSON has the outcome of each claim, and the whole explanation of its counterexample", async () => {
  const { code, stdout } = await ask(".", "--format", "json", "--filter", "cannotReach");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    world: "every-cluster",
    claims: [{ claim: "the internet cannot reach shop/db", outcome: "holds", file: "db.claims.ts" }],
    summary: { claims: 1, holds: 1, broken: 0, empty: 0, unproved: 0 },
  });
  const broken = JSON.parse((await ask(".", "--format", "json", "--filter", "9187")).stdout);
  expect(broken.claims[0]).toMatchObject({
    kind: "canReach",
    outcome: "broken",
    start: { line: 8, column: 3 },
    holdsInInventory: true,
    counterexample: {
      verdict: "deny",
      from: { namespace: "other", namespaceLabels: { team: "ops" }, labels: {} },
      to: { namespace: "shop", labels: { app: "db" } },
      protocol: "TCP",
      port: 9187,
      ingress: { verdict: "deny", isolatedBy: [{ name: "db", source: "policies.yaml:3" }] },
    },
  });
});

test("JUnit has a case a claim, with the report of a broken one", async () => {
  const { code, stdout } = await ask(".", "--format", "junit");
  expect(code).toBe(1);
  expect(stdout.replace(/ time="[0-9.]+"/g, ""))
    .toContain(`<testsuites name="polc test" tests="6" failures="2" errors="0">
  <testsuite name="db.claims.ts" tests="6" failures="2" errors="0">
    <properties><property name="world" value="every-cluster"/></properties>
    <testcase name="shop/api can reach shop/db on TCP 5432" classname="db.claims.ts"/>
    <testcase name="the internet cannot reach shop/db" classname="db.claims.ts"/>
    <testcase name="shop/db can be reached only from shop/api on TCP 5432" classname="db.claims.ts">
      <failure type="broken-claim" message="does not hold: this connection is allowed">db.claims.ts:6:3  broken-claim  error
`);
});

test("where there is nothing to test it says so, with what to write, and exits 2", async () => {
  const none = await ask("policies.yaml");
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toContain("polc test: no claims in policies.yaml\n");
  expect(none.stderr).toContain("check(api).canReach(db, tcp(5432))");
  expect(await ask("policies.yaml", "db.claims.ts", "--world", "inventory")).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "polc test: no pods in policies.yaml db.claims.ts\n  help: name the files that describe them too\n",
  });
  expect((await ask(".", "--filter", "nothing")).stderr).toBe(
    'polc test: none of 6 claims contains "nothing"\n',
  );
  expect((await ask("-", "--watch")).code).toBe(2);
});

test("the claims of the examples hold", async () => {
  vi.mocked(process.cwd).mockRestore();
  const boutique = await ask("examples/online-boutique-ts");
  expect(boutique.stdout).toContain("8 of 8 claims hold in every possible cluster");
  const guardrails = await ask("examples/guardrails-ts");
  expect(guardrails.stdout).toContain("3 of 3 claims hold in every possible cluster");
  expect([boutique.code, guardrails.code]).toEqual([0, 0]);
});
