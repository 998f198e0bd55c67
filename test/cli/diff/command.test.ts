import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as diff from "../../../src/cli/diff/diff.js";
import { runCommand } from "../run_command.js";

const PODS = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: "shop/web:1" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: main, image: "shop/db:1" }] }
`;
const db = (ports: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [${ports}]
`;
const SQL = "{ protocol: TCP, port: 5432 }";
const SQL_AND_SSH = `${SQL}, { protocol: TCP, port: 22 }`;

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@localhost", ...args], { stdio: "pipe" });

let folder: string;
const home = process.cwd();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-diff-test-"));
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  process.chdir(folder);
  git("init", "--quiet", "--initial-branch=main");
  mkdirSync("shop");
  writeFileSync("pods.yaml", PODS);
  writeFileSync("shop/db.yaml", db(SQL));
  symlinkSync("/etc/hostname", "shop/linked.yaml");
  git("add", ".");
  git("commit", "--quiet", "--message=first");
  rmSync("shop/linked.yaml");
  writeFileSync("shop/db.yaml", db(SQL_AND_SSH));
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

test("what a revision and the working tree allow differently is shown with a packet and the places on both sides", async () => {
  expect(await runCommand(diff, "main")).toEqual({
    code: 0,
    stderr: "",
    stdout: `shop/db
  + opened  ingress from shop/web, TCP 22
      packet  shop/web (app=web) -> shop/db (app=db), TCP 22
      before  denied, no rule allows it and the pod is isolated by
          NetworkPolicy shop/db  main:shop/db.yaml:3
      after   allowed by
          NetworkPolicy shop/db  shop/db.yaml:7

1 opened, 0 closed from main to the working tree, for the 2 workloads in both
`,
  });
});

test("without an argument, HEAD is compared; a path alone is compared with what HEAD has there", async () => {
  const whole = await runCommand(diff);
  expect(whole.stdout).toContain("1 opened, 0 closed from HEAD to the working tree");
  const { stdout } = await runCommand(diff, "shop");
  expect(stdout).toContain("+ opened  ingress from app=web in shop, TCP 22");
  expect(stdout).toContain("HEAD:shop/db.yaml:3");
  expect(stdout).toContain("from HEAD:shop to shop, in every possible cluster");
});

test("REV:PATH names a path from the root, or from here if it begins with a dot", async () => {
  for (const name of ["main:shop/db.yaml", "main:./shop/db.yaml", "main:shop"])
    expect((await runCommand(diff, name)).stdout).toContain("1 opened, 0 closed");
  process.chdir("shop");
  try {
    for (const name of ["main", "main:./db.yaml", "main:shop", "db.yaml"])
      expect((await runCommand(diff, name)).stdout).toContain("1 opened, 0 closed");
  } finally {
    process.chdir(folder);
  }
});

test("--fail-on decides the exit code, the format does not", async () => {
  expect((await runCommand(diff, "main", "--fail-on", "opened")).code).toBe(1);
  expect((await runCommand(diff, "main", "--fail-on", "any", "--format", "json")).code).toBe(1);
  expect((await runCommand(diff, "main", "--fail-on", "closed")).code).toBe(0);
  expect(await runCommand(diff, "main", "main", "--fail-on", "any")).toEqual({
    code: 0,
    stderr: "",
    stdout: "no connection changes from main to main, for the 2 workloads in both\n",
  });
});

test("nothing is left in the temporary folder, and links of a commit are not followed", async () => {
  mkdirSync("temporary");
  vi.stubEnv("TMPDIR", join(folder, "temporary"));
  expect((await runCommand(diff, "main")).code).toBe(0);
  expect((await runCommand(diff, "main:shop/linked.yaml")).stderr).toContain("no policy files");
  expect(readdirSync("temporary")).toEqual([]);
});

test("what new workloads may do is not counted, and said to be left out", async () => {
  mkdirSync("new");
  writeFileSync("new/pods.yaml", PODS.replaceAll("name: web", "name: api"));
  try {
    const { stdout } = await runCommand(diff, "pods.yaml", "new/pods.yaml");
    expect(stdout).toBe(`no connection changes from pods.yaml to new/pods.yaml, for the one workload in both
not compared, new in new/pods.yaml: shop/api
not compared, no longer in new/pods.yaml: shop/web
`);
  } finally {
    rmSync("new", { recursive: true });
  }
});

test("JSON has the packet and the deciding policies of both sides", async () => {
  const { stdout } = await runCommand(diff, "main", "--format", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    before: "main",
    world: "inventory",
    complete: true,
    summary: { opened: 1, closed: 0 },
    opened: [
      {
        direction: "ingress",
        subject: "shop/db",
        peers: ["shop/web"],
        ports: [{ protocol: "TCP", from: 22, to: 22 }],
        before: {
          verdict: "deny",
          packet: { from: { name: "web" }, to: { name: "db" }, protocol: "TCP", port: 22 },
          isolatedBy: [
            { kind: "NetworkPolicy", namespace: "shop", name: "db", source: "main:shop/db.yaml:3" },
          ],
        },
        after: { verdict: "allow", rules: [{ action: "allow", source: "shop/db.yaml:7" }] },
      },
    ],
    closed: [],
  });
});

test("Markdown keeps names from being markup, links or mentions", async () => {
  writeFileSync("hostile.yaml", db(SQL).replaceAll("app: web", 'app.kubernetes.io/x_y: "a.b_c"'));
  try {
    const { stdout } = await runCommand(diff, "shop/db.yaml", "hostile.yaml", "--format", "markdown");
    expect(stdout).toContain("### Network policy: 1 opened, 2 closed");
    expect(stdout).toContain("<code>app&#61;db in shop</code>");
    expect(stdout).toContain(
      "from <code>app.kubernetes.io/x&#95;y&#61;a.b&#95;c in shop but app&#61;web in shop</code>",
    );
    expect(stdout).toContain("<details>");
  } finally {
    rmSync("hostile.yaml");
  }
});

const isolate = (namespace: string, name: string, more = "") => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { podSelector: {}, policyTypes: [Ingress]${more} }
---
`;

test("what cannot be read is left out of both sides, named, and ends with 2", async () => {
  const bad = isolate("bank", "b").replace("podSelector:", "podSelectr:");
  writeFileSync("broken.yaml", `${isolate("shop", "a")}${bad}`);
  writeFileSync("repaired.yaml", isolate("bank", "b") + isolate("bank", "c", ", ingress: [{}]"));
  try {
    const { code, stdout, stderr } = await runCommand(
      diff,
      "broken.yaml",
      "repaired.yaml",
      "--fail-on",
      "any",
    );
    expect(code).toBe(2);
    expect(stderr).toContain("podSelectr");
    expect(stdout).toContain("+ opened  ingress from anywhere, every port");
    expect(stdout).not.toContain("every pod in bank");
    expect(stdout).toContain(
      "error in broken.yaml, broken.yaml:9: spec.podSelectr: unknown field; left out on both sides: namespace bank",
    );
    const json = await runCommand(diff, "broken.yaml", "repaired.yaml", "--format", "json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      summary: { opened: 1, closed: 0 },
      errors: [
        { side: "broken.yaml", where: "broken.yaml:9", effect: "left out on both sides: namespace bank" },
      ],
    });
  } finally {
    rmSync("broken.yaml");
    rmSync("repaired.yaml");
  }
});

test("of two policies of one name the last counts, as for kubectl apply", async () => {
  writeFileSync("twice.yaml", isolate("shop", "a") + isolate("shop", "a", ", ingress: [{}]"));
  writeFileSync("once.yaml", isolate("shop", "a", ", ingress: [{}]"));
  try {
    const { code, stdout } = await runCommand(diff, "twice.yaml", "once.yaml");
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: `no connection changes from twice.yaml to once.yaml, in every possible cluster
error in twice.yaml, twice.yaml:8: NetworkPolicy shop/a is defined twice, with different contents; the last one counts, as for kubectl apply
`,
    });
  } finally {
    rmSync("twice.yaml");
    rmSync("once.yaml");
  }
});

test("of a file that is no YAML, what the other side has in it is left out", async () => {
  for (const name of ["one", "two"]) mkdirSync(name);
  writeFileSync("one/a.yaml", isolate("shop", "a"));
  writeFileSync("one/b.yaml", isolate("bank", "b"));
  writeFileSync("two/b.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: b\n");
  try {
    const { code, stdout } = await runCommand(diff, "one", "two");
    expect(code).toBe(2);
    expect(stdout).toContain("every pod in shop\n  + opened  ingress from anywhere, every port");
    expect(stdout).not.toContain("every pod in bank");
    expect(stdout).toContain("left out on both sides: namespace bank");
  } finally {
    for (const name of ["one", "two"]) rmSync(name, { recursive: true });
  }
});

const workload = (more = "") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { ${more}containers: [{ name: main, image: "shop/db:1" }] }
---
`;
const admits = (peers: string) => `${workload()}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [${peers}], ports: [{ port: 5432 }] }]
`;

test("a workload opened to pods that no file describes is listed, and fails --fail-on opened", async () => {
  const both =
    "{ namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: api } } }";
  const either =
    "{ namespaceSelector: { matchLabels: { team: shop } } }, { podSelector: { matchLabels: { app: api } } }";
  writeFileSync("both.yaml", admits(both));
  writeFileSync("either.yaml", admits(either));
  writeFileSync("every.yaml", admits("{ namespaceSelector: {} }"));
  try {
    const dash = await runCommand(diff, "both.yaml", "either.yaml", "--fail-on", "opened");
    expect(dash.code).toBe(1);
    expect(dash.stdout).toContain(
      "shop/db\n  + opened  ingress from every pod in namespaces with team=shop except app=api in namespaces with team=shop, app=api in shop except every pod in namespaces with team=shop, TCP 5432\n",
    );
    const every = await runCommand(diff, "both.yaml", "every.yaml", "--fail-on", "opened");
    expect(every.code).toBe(1);
    const peers = "shop/db, every pod in every namespace but app=api in namespaces with team=shop";
    expect(every.stdout).toContain(`shop/db\n  + opened  ingress from ${peers}, TCP 5432\n`);
    const markdown = await runCommand(diff, "both.yaml", "every.yaml", "--format", "markdown");
    expect(markdown.stdout).toContain(`from <code>${peers.replaceAll("=", "&#61;")}</code>`);
    const json = await runCommand(diff, "both.yaml", "every.yaml", "--format", "json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      opened: [
        {
          subject: "shop/db",
          peers: ["shop/db", "every pod in every namespace"],
          except: ["app=api in namespaces with team=shop"],
          peerSets: [
            {
              pods: { namespaceSelector: {}, podSelector: {} },
              except: [
                {
                  namespaceSelector: {
                    matchExpressions: [{ key: "team", operator: "In", values: ["shop"] }],
                  },
                  podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["api"] }] },
                },
              ],
            },
          ],
        },
      ],
    });
  } finally {
    for (const name of ["both", "either", "every"]) rmSync(`${name}.yaml`);
  }
});

test("subjects that no file describes are told of by their selector", async () => {
  const cache = isolate("shop", "cache").replace(
    "podSelector: {}",
    "podSelector: { matchLabels: { app: cache } }",
  );
  writeFileSync("closed.yaml", workload() + cache);
  writeFileSync("open.yaml", workload());
  try {
    const { code, stdout } = await runCommand(diff, "closed.yaml", "open.yaml", "--fail-on", "opened");
    expect(code).toBe(1);
    expect(stdout).toContain("app=cache in shop\n  + opened  ingress from anywhere, every port\n");
    expect(stdout).toContain("selectors stand for pods that no file describes");
  } finally {
    for (const name of ["closed", "open"]) rmSync(`${name}.yaml`);
  }
});

test("a workload that moves to the host network is no subject any more, and no peer by its labels", async () => {
  const web = PODS.slice(0, PODS.indexOf("---"));
  const policy = `---\n${admits("{ podSelector: { matchLabels: { app: web } } }")}`;
  writeFileSync("pod.yaml", web + policy);
  writeFileSync("host.yaml", web + policy.replace(workload(), workload("hostNetwork: true, ")));
  writeFileSync("web.yaml", web.replace("spec: { ", "spec: { hostNetwork: true, ") + policy);
  try {
    const moved = await runCommand(diff, "pod.yaml", "host.yaml", "--fail-on", "opened");
    expect(moved.code).toBe(1);
    expect(moved.stdout).toContain(
      "shop/db\n  + opened  ingress from shop/web, anywhere, every port but TCP 5432\n",
    );
    expect(moved.stdout).toContain("  + opened  ingress from anywhere but app=web in shop, TCP 5432\n");
    expect(moved.stdout).toContain(
      "now on the host network, where policies treat a pod as its node: shop/db",
    );
    const peer = await runCommand(diff, "pod.yaml", "web.yaml", "--fail-on", "closed");
    expect(peer.code).toBe(1);
    expect(peer.stdout).toContain("shop/db\n  - closed  ingress from shop/web, TCP 5432\n");
  } finally {
    for (const name of ["pod", "host", "web"]) rmSync(`${name}.yaml`);
  }
});

const block = (cidr: string, except = "") =>
  `{ ipBlock: { cidr: ${cidr}${except && `, except: [${except}]`} } }`;
const fromBlocks = (...blocks: readonly string[]) => admits(blocks.join(", ")).replace(workload(), "");

test("without pods just the addresses that came or went are listed", async () => {
  writeFileSync("one.yaml", fromBlocks(block("10.1.0.0/16")));
  writeFileSync("two.yaml", fromBlocks(block("10.1.0.0/16"), block("10.2.0.0/16")));
  writeFileSync("except.yaml", fromBlocks(block("10.1.0.0/16", "10.1.5.0/24")));
  const line = async (...names: readonly string[]) =>
    (await runCommand(diff, ...names)).stdout
      .split("\n")
      .filter((each) => /opened {2}|closed {2}/.test(each));
  try {
    expect(await line("one.yaml", "two.yaml")).toEqual(["  + opened  ingress from 10.2.0.0/16, TCP 5432"]);
    expect(await line("one.yaml", "except.yaml")).toEqual(["  - closed  ingress from 10.1.5.0/24, TCP 5432"]);
  } finally {
    for (const name of ["one", "two", "except"]) rmSync(`${name}.yaml`);
  }
});

test("what another policy allows, or takes away at the other end, is no change", async () => {
  const neighbours = isolate("shop", "neighbours", ", ingress: [{ from: [{ podSelector: {} }] }]");
  const hooks = isolate("shop", "hooks", ", ingress: [{ from: [{ namespaceSelector: {} }] }]");
  const quiet = isolate("bank", "quiet").replace("[Ingress]", "[Egress]");
  writeFileSync("few.yaml", neighbours + quiet);
  writeFileSync("all.yaml", neighbours + hooks + quiet);
  try {
    const { stdout } = await runCommand(diff, "few.yaml", "all.yaml");
    expect(stdout).toContain(
      "every pod in shop\n  + opened  ingress from every pod in every namespace but every pod in shop, every pod in bank, every port\n",
    );
    expect(stdout).toContain(`decided differently, but denied by the other end's policies before and after:
  + opened  ingress from every pod in bank, every port (every pod in shop)`);
  } finally {
    for (const name of ["few", "all"]) rmSync(`${name}.yaml`);
  }
});

test("what names nothing is an error", async () => {
  for (const [name, said] of [
    ["nosuch", "nosuch is not a file, folder or bundle here, and not a git revision"],
    ["--output=x", "unknown option"],
    ["main:nosuch", "main:nosuch: no policy files in nosuch"],
    ["main:../x", "../x is outside the repository"],
  ] as const) {
    const { code, stdout, stderr } = await runCommand(diff, name);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    if (name !== "--output=x") expect(stderr).toContain(said);
  }
});

test("new, gone and changed files of the working tree count as they do once they are committed", async () => {
  const isolate = (name: string, app: string) =>
    `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: { matchLabels: { app: ${app} } } }
`;
  writeFileSync("gone.yaml", isolate("gone", "db"));
  git("add", ".");
  git("commit", "--quiet", "--message=second");
  rmSync("gone.yaml");
  rmSync("shop/db.yaml");
  writeFileSync("new.yaml", isolate("new", "web"));
  writeFileSync("ignored.yaml", "apiVersion: {");
  writeFileSync(".gitignore", "ignored.yaml\n");
  const { stdout } = await runCommand(diff, "main");
  expect(stdout).toContain("NetworkPolicy shop/new  new.yaml:3");
  expect(stdout).toContain("NetworkPolicy shop/gone  main:gone.yaml:3");
  expect(stdout).toMatch(/[1-9] opened, [1-9] closed/);
  git("add", ".");
  git("commit", "--quiet", "--message=third");
  const committed = await runCommand(diff, "main~1", "main");
  expect(committed.stdout.replaceAll("main~1", "before").replaceAll(/main:|main/g, "")).toBe(
    stdout.replaceAll("main", "before").replace("the working tree", ""),
  );
});

test("pods have the labels that their controllers give them, and it is said where labels of a namespace are not known", async () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec: { template: { metadata: { labels: { app: migrate } }, spec: { containers: [] } } }
`;
  const policy = (rules: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: jobs, namespace: shop }
spec: { podSelector: { matchLabels: { job-name: migrate } }, ingress: [${rules}] }
`;
  for (const [name, rules] of [
    ["closed", ""],
    [
      "opened",
      "{ from: [{ namespaceSelector: { matchLabels: { env: prod } } }, { ipBlock: { cidr: 192.0.2.0/24 } }] }",
    ],
  ] as const) {
    mkdirSync(name);
    writeFileSync(join(name, "all.yaml"), `${job}---\n${policy(rules)}`);
  }
  const { code, stdout } = await runCommand(diff, "closed", "opened", "--fail-on", "opened");
  expect(code).toBe(1);
  expect(stdout).toContain("shop/migrate\n  + opened  ingress from 192.0.2.0/24, ");
  expect(stdout).toContain(
    "no file describes namespace shop, so its labels are unknown: rules see only the name\n",
  );
});
