import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { finding, networkPolicy } from "../../test/lint/objects.js";
import { redundantRule } from "./rule.js";

async function found(files: Record<string, string> | string): Promise<readonly string[]> {
  return finding(redundantRule)(typeof files === "string" ? { "a.yaml": files } : files);
}

/** Others may follow it. */
const policy = (name: string, spec: string, namespace = "shop") =>
  `${networkPolicy(spec, { name, namespace })}---\n`;

const WEB_AND_ADMIN_TOGETHER = policy(
  "api",
  `podSelector: {}
ingress:
  - from: [{ podSelector: { matchLabels: { app: web } } }]
  - from: [{ podSelector: { matchLabels: { app: admin } } }]
  - from:
      - podSelector:
          matchExpressions: [{ key: app, operator: In, values: [web, admin] }]`,
);

test("a rule that two others cover together is found, and both are named", async () => {
  const { diagnostics, project } = await lintFiles({ "a.yaml": WEB_AND_ADMIN_TOGETHER }, [redundantRule]);
  expect(diagnostics).toHaveLength(1);
  const [{ message, notes, span }] = diagnostics as [(typeof diagnostics)[number]];
  expect(project.sources.where(span)).toBe("a.yaml:9");
  expect(message).toContain("in any possible cluster");
  expect(notes?.map((note) => project.sources.where(note.span!))).toEqual(["a.yaml:7", "a.yaml:8"]);
});

test("of two equal rules the later one is found, once", async () => {
  const rules = "ingress:\n  - ports: [{ port: 80 }]\n  - ports: [{ port: 80 }]";
  expect(await found(policy("a", `podSelector: {}\n${rules}`))).toEqual(["8 redundant-rule"]);
});

test("a rule of a wider subject covers one of a narrower subject, and not the other way round", async () => {
  const wide = policy("wide", "podSelector: {}\ningress: [{ ports: [{ port: 80 }] }]");
  const narrow = policy(
    "narrow",
    "podSelector: { matchLabels: { app: web } }\negress: []\npolicyTypes: [Ingress, Egress]\ningress: [{ ports: [{ port: 80 }] }]",
  );
  expect(await found(narrow + wide)).toEqual(["8 redundant-rule"]);
});

test("a selection that may but need not overlap does not cover a rule", async () => {
  const one = policy(
    "one",
    "podSelector: { matchLabels: { app: web } }\ningress: [{ ports: [{ port: 80 }] }]",
  );
  const two = policy(
    "two",
    "podSelector: { matchLabels: { tier: front } }\ningress: [{ ports: [{ port: 80 }] }]",
  );
  expect(await found(one + two)).toEqual([]);
});

test("an omitted protocol is TCP, so the same port of UDP does not cover it", async () => {
  const spec = `podSelector: {}
ingress:
  - ports: [{ port: 53 }]
  - ports: [{ port: 53, protocol: UDP }]`;
  expect(await found(policy("dns", spec))).toEqual([]);
});

test("all namespaces do not cover addresses, and a block does not cover pods", async () => {
  const spec = `podSelector: {}
ingress:
  - from: [{ namespaceSelector: {} }]
  - from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]`;
  expect(await found(policy("a", spec))).toEqual([]);
});

test("policies of other namespaces do not cover a rule", async () => {
  const spec = "podSelector: {}\ningress: [{ ports: [{ port: 80 }] }]";
  expect(await found(policy("a", spec, "one") + policy("b", spec, "two"))).toEqual([]);
});

test("files of other folders do not cover a rule if no namespace is written", async () => {
  const narrow = "podSelector: { matchLabels: { app: web } }\ningress: [{ ports: [{ port: 80 }] }]";
  const wide = "podSelector: {}\ningress: [{ ports: [{ port: 80 }] }]";
  const files = { "one/a.yaml": policy("a", narrow, ""), "two/b.yaml": policy("b", wide, "") };
  expect(await found(files)).toEqual([]);
});

test("folders that hold different objects of one name are not compared", async () => {
  const narrow = "podSelector: { matchLabels: { app: web } }\ningress: [{ ports: [{ port: 80 }] }]";
  const wide = "podSelector: {}\ningress: [{ ports: [{ port: 80 }] }]";
  const dev = policy("api", `${narrow}\negress: [{}]`);
  const prod = policy("extra", wide);
  expect(await found({ "east/a.yaml": dev, "west/a.yaml": prod })).toEqual(["east/a.yaml:6 redundant-rule"]);
  const conflicting = {
    "east/a.yaml": dev,
    "west/a.yaml": prod + policy("api", wide),
  };
  expect(await found(conflicting)).toEqual([]);
});

test("a logged policy's rule is not covered by rules that are not logged", async () => {
  const logged = policy(
    "logged",
    "podSelector: {}\negress: []\npolicyTypes: [Ingress, Egress]\ningress: [{ ports: [{ port: 80 }] }]",
  ).replace("name: logged,", 'name: logged, annotations: { policy.network.gke.io/enable-logging: "true" },');
  const open = policy("open", "podSelector: {}\ningress: [{}]");
  expect(await found(open + logged)).toEqual([]);
});

const DSL = `import { allow, anywhere, cluster, policy, tcp } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
`;

test("a sentence is found only if both of its directions are covered", async () => {
  const half = `${DSL}export default policy("shop", {
  isolate: [shop.web, shop.api],
  rules: [
    allow(anywhere).to(shop.api),
    allow(shop.web).to(shop.api).on(tcp(8080)),
  ],
});
`;
  expect(await found({ "a.policy.ts": half })).toEqual([]);
  const both = half.replace(
    "allow(anywhere).to(shop.api),",
    "allow(anywhere).to(shop.api), allow(shop.web).to(anywhere),",
  );
  expect(await found({ "a.policy.ts": both })).toEqual(["7 redundant-rule"]);
});

test("a sentence in a loop is found only if all that it makes is covered", async () => {
  const loop = `${DSL}export default policy("shop", {
  isolate: [shop.web],
  rules: [
    allow(anywhere).to(shop.web).on(tcp(80)),
    ...[80, 81].map((port) => allow(anywhere).to(shop.web).on(tcp(port))),
  ],
});
`;
  expect(await found({ "a.policy.ts": loop })).toEqual([]);
  expect(await found({ "a.policy.ts": loop.replace("[80, 81]", "[80, 80]") })).toEqual(["7 redundant-rule"]);
});

test("pods are not covered by blocks, which hold them in some implementations only", async () => {
  const pods = "  - to: [{ namespaceSelector: {} }]";
  const blocks = "  - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: '::/0' } }]";
  const spec = ["podSelector: {}", "policyTypes: [Egress]", "egress:"];
  expect(await found(policy("a", [...spec, blocks, pods].join("\n")))).toEqual([]);
  expect(await found(policy("a", [...spec, "  - {}", blocks].join("\n")))).toEqual(["9 redundant-rule"]);
});

test("a policy without a namespace has no finding that another namespace makes untrue", async () => {
  const own = "podSelector: { matchLabels: { app: web } }";
  const named = (operator: string, name: string) =>
    `namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: ${operator}, values: [${name}] }] }`;
  const rules = (a: string, b: string) =>
    `podSelector: {}\ningress:\n  - from: [{ ${a} }]\n  - from: [{ ${b} }]`;
  expect(await found(policy("a", rules(own, named("In", "default")), ""))).toEqual([]);
  expect(await found(policy("a", rules(own, named("NotIn", "shop")), ""))).toEqual([]);
  // These cover each other wherever the policy is applied.
  expect(await found(policy("a", rules(own, "podSelector: {}"), ""))).toEqual(["7 redundant-rule"]);
  const dns = named("In", "kube-system");
  expect(await found(policy("a", rules(dns, dns), ""))).toEqual(["8 redundant-rule"]);
});
