/** What policies say beside what they decide: labels, annotations, names of rules, comments. */
import { join } from "node:path";
import fc from "fast-check";
import { dump } from "js-yaml";
import { expect, test } from "vitest";
import { toManifests } from "../../src/convert/kubernetes/manifests.js";
import { lostFields } from "../../src/convert/lost_fields.js";
import { toPolicyFiles } from "../../src/convert/typescript/policy_files.js";
import type { Policy } from "../../src/ir/policy.js";
import { readProject } from "../../src/parser/project.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile } from "../../src/source/source_file.js";
import { parse } from "../dsl/project.js";
import { asTypeScript, asYaml, typescript, yaml } from "./reading.js";

const PAIR = `# For the whole file.
---
# Closed but for the gateway.

apiVersion: networking.k8s.io/v1 # the only version
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  labels: { app.kubernetes.io/part-of: shop, owner: team-a }
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
    note: |
      # no comment
      at all
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    # - from: [] was here
    - from: [{ namespaceSelector: {} }] # every team
      ports: [{ port: 80 }]
    # Only the gateway.
    - ports: [{ port: 443 }]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard, labels: { owner: security } }
spec:
  tier: Admin
  priority: 10
  subject: { namespaces: {} }
  egress: [{ name: no metadata service, action: Deny, to: [{ networks: [169.254.169.254/32] }] }]
`;

test("labels, annotations, names of rules and comments go along into TypeScript", async () => {
  expect(await asTypeScript(yaml(PAIR)))
    .toBe(`import { adminTier, allow, anywhere, cidr, cluster, deny, everyPod, policy, tcp } from "polc";

const { shop } = cluster({
  shop: { web: { app: "web" } },
});

export default [
  adminTier("guard", {
    priority: 10,
    labels: { owner: "security" },
    rules: [deny(everyPod).to(cidr("169.254.169.254/32")).named("no metadata service")],
  }),

  // For the whole file.
  // Closed but for the gateway.
  // the only version
  policy("web", {
    isolateIngress: shop.web,
    labels: { "app.kubernetes.io/part-of": "shop", owner: "team-a" },
    annotations: { "argocd.argoproj.io/sync-wave": "-1", note: "# no comment\\nat all\\n" },
    rules: [
      // - from: [] was here
      // every team
      allow(everyPod).to(shop.web).on(tcp(80)),
      // Only the gateway.
      allow(anywhere).to(shop.web).on(tcp(443)),
    ],
  }),
];
`);
});

test("and back into YAML, each comment at its rule", async () => {
  const { text, said } = asYaml(await typescript(await asTypeScript(yaml(PAIR))));
  expect(said).toEqual([]);
  expect(text).toContain(`# For the whole file.
# Closed but for the gateway.
# the only version
apiVersion: networking.k8s.io/v1`);
  expect(text).toContain(`  ingress:
    # - from: [] was here
    # every team
    - from:`);
  expect(text).toContain("    # Only the gateway.\n    - ports:");
  expect(metadataOf(yaml(text).policies)).toEqual(metadataOf(yaml(PAIR).policies));
});

function metadataOf(policies: readonly Policy[]): readonly unknown[] {
  return policies
    .map(
      ({ name, metadata, rules }) =>
        [name, metadata, rules.flatMap(({ ruleName }) => ruleName ?? [])] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const labels = fc.dictionary(
  fc.oneof(
    word,
    word.map((key) => `example.com/${key}`),
  ),
  word,
  { maxKeys: 3 },
);
const annotations = fc.dictionary(word, fc.string({ unit: "grapheme", maxLength: 20 }), { maxKeys: 3 });
const objects = fc.array(
  fc.record({
    labels,
    annotations,
    app: fc.constantFrom("web", "api", "db"),
    ruleName: fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 })),
    logged: fc.boolean(),
    tier: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

function objectOf(
  made: (typeof objects extends fc.Arbitrary<infer List> ? List : never)[number],
  index: number,
): object {
  const logging = made.logged ? { "policy.network.gke.io/enable-logging": "true" } : {};
  const metadata = {
    name: `p-${index}`,
    labels: made.labels,
    annotations: { ...made.annotations, ...logging },
  };
  const podSelector = { matchLabels: { app: made.app } };
  if (!made.tier)
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { ...metadata, namespace: "shop" },
      spec: { podSelector, ingress: [{ from: [{ podSelector: { matchLabels: { app: "api" } } }] }] },
    };
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata,
    spec: {
      tier: "Admin",
      priority: index,
      subject: { pods: { podSelector } },
      ingress: [
        { ...(made.ruleName && { name: made.ruleName }), action: "Deny", from: [{ namespaces: {} }] },
      ],
    },
  };
}

test("random labels, annotations and names of rules are the same after YAML, TypeScript and YAML again", async () => {
  const sets = fc.sample(objects, { numRuns: 40, seed: 11 });
  const read = sets.map((set) => yaml(set.map((made, index) => dump(objectOf(made, index))).join("---\n")));
  const texts = read.map(
    ({ policies, inventory, sources }) => toPolicyFiles(policies, inventory, sources, "one").files[0]!.text,
  );
  const paths = texts.map((_, index) => join(process.cwd(), `set${index}.policy.ts`));
  const contents = new Map(texts.map((text, index) => [paths[index]!, Buffer.from(text)] as const));
  const project = await readProject(paths, { contents });
  expect(project.diagnostics).toEqual([]);
  for (const [index, { policies }] of read.entries()) {
    const own = project.policies.filter(({ span }) => span.file === `set${index}.policy.ts`);
    expect(metadataOf(own), texts[index]).toEqual(metadataOf(policies));
    const { files, diagnostics } = toManifests(own, project.sources, "one");
    expect(diagnostics).toEqual([]);
    expect(metadataOf(yaml(files[0]!.text).policies)).toEqual(metadataOf(policies));
  }
});

test("policies of different labels are documents of their own", async () => {
  const object = (app: string, owner: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-${app}, namespace: shop, labels: { owner: ${owner} } }
spec: { podSelector: { matchLabels: { app: ${app} } } }
`;
  const text = await asTypeScript(
    yaml([object("web", "a"), object("api", "a"), object("db", "b")].join("---\n")),
  );
  expect(text.match(/policy\("/g)).toHaveLength(2);
  expect(text).toContain('  isolateIngress: [shop.web, shop.api],\n    labels: { owner: "a" },');
});

test("what cannot go along is named, with its place", async () => {
  const text = `# polc-disable-next-line redundant-rule -- kept
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop, finalizers: [example.com/x], uid: "1" }
spec: { podSelector: {}, policyTypes: [Ingress], egress: [{}] }
`;
  const { policies, inventory, sources } = yaml(text);
  const { diagnostics } = toPolicyFiles(policies, inventory, sources, "one");
  expect(
    diagnostics.map(({ rule, span }) => [rule, sources.get(span.file)!.position(span.start).line]),
  ).toEqual([["comment-lost", 1]]);
  const { observations } = parseYamlFile(new SourceFile("p.yaml", text));
  expect(lostFields(observations).map(({ message }) => message)).toEqual([
    "NetworkPolicy shop/p: dropped this field: only labels and annotations are kept",
    "NetworkPolicy shop/p: dropped this section: it has no effect, because policyTypes does not list its direction",
  ]);
});

test("a comment that stands elsewhere in a policy file, and the name of a NetworkPolicy's rule, are named", async () => {
  const read = await typescript(`import { allow, cluster, policy, tcp } from "polc";

// Who there is.
const { shop } = cluster({ shop: { web: { app: "web" } } });

// The web pods.
export default policy("web", {
  isolateIngress: shop.web,
  rules: [
    allow(shop.everyPod).to(shop.web).on(tcp(80)).named("http"), // for all
  ],
});
`);
  const { text, said } = asYaml(read);
  expect(said).toEqual([
    "warning rule-name-lost: NetworkPolicy shop/web: the rule loses its name: NetworkPolicy rules have none",
    "warning comment-lost: dropped this comment: it is neither above a document nor at a sentence",
  ]);
  expect(text).toContain("# The web pods.\napiVersion");
  expect(text).toContain("    # for all\n    - from:");
});

test("a label that the API refuses, and the annotation of an option, are errors at their place", async () => {
  const source = (options: string) => `import { cluster, policy } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" } } });
export default policy("web", { isolate: shop.web, rules: [], ${options} });
`;
  const said = async (options: string) => (await parse({ "p.policy.ts": source(options) })).said.join("\n");
  expect(await said('labels: { "a b": "x" }')).toContain('the label "a b" is not a label key');
  expect(await said('labels: { a: "-" }')).toContain('the value "-" is not a label value');
  expect(await said('annotations: { "policy.network.gke.io/enable-logging": "true" }')).toContain(
    "must be set with an option",
  );
});
