/** What `polc init` writes. */
import type { Choices } from "./choices.js";
import type { NewFile } from "../files/write_new.js";

export function initialFiles(choices: Choices): readonly NewFile[] {
  return [
    { path: "polc.config.yaml", text: CONFIG },
    choices.language === "yaml" ? yamlPolicy(choices.namespace) : typescriptPolicy(choices.namespace),
    ...hookFiles(choices.hook),
    ...ciFiles(choices.ci),
  ];
}

const CONFIG = `# What polc lint checks: polc's docs/config.md lists the keys, \`polc rules\` the rules.
extends: [recommended]
rules: {}
`;

/** A first policy for a namespace: it denies everything except DNS. */
function yamlPolicy(namespace: string): NewFile {
  return {
    path: `policies/${namespace}.yaml`,
    text: `# Pods of ${namespace} connect only as policies allow; all of them may query the cluster's DNS.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: ${namespace}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
  namespace: ${namespace}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: { kubernetes.io/metadata.name: kube-system }
          podSelector:
            matchLabels: { k8s-app: kube-dns }
      ports:
        - { protocol: UDP, port: 53 }
        - { protocol: TCP, port: 53 }
`,
  };
}

function typescriptPolicy(namespace: string): NewFile {
  return {
    path: `policies/${namespace}.policy.ts`,
    text: `import { allow, pods, policy, tcp, udp } from "polc";

const everyPod = pods({}, { namespace: "${namespace}" });
const dns = pods({ "k8s-app": "kube-dns" }, { namespace: "kube-system" });

// Pods of ${namespace} connect only as rules allow; all of them may query the cluster's DNS.
export default policy("${namespace}", {
  isolate: [everyPod],
  rules: [allow(everyPod).to(dns).on(udp(53), tcp(53))],
});
`,
  };
}

function hookFiles(hook: Choices["hook"]): readonly NewFile[] {
  switch (hook) {
    case "pre-commit":
      return [
        {
          path: ".pre-commit-config.yaml",
          text: `repos:
  - repo: local
    hooks:
      - id: polc-lint
        name: polc lint
        entry: npx polc lint
        language: system
        pass_filenames: false
        files: \\.(ya?ml|json|policy\\.ts|claims\\.ts)$
`,
        },
      ];
    case "husky":
      return [{ path: ".husky/pre-commit", text: "npx polc lint --staged\n", executable: true }];
    case "lefthook":
      return [
        {
          path: "lefthook.yml",
          text: "pre-commit:\n  commands:\n    polc:\n      run: npx polc lint --staged\n",
        },
      ];
    case "none":
      return [];
  }
}

function ciFiles(ci: Choices["ci"]): readonly NewFile[] {
  switch (ci) {
    case "github":
      return [
        {
          path: ".github/workflows/polc.yml",
          text: `name: polc
on: [push, pull_request]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npx polc lint --format github
`,
        },
      ];
    case "gitlab":
      return [
        {
          path: ".gitlab-ci.yml",
          text: `polc:
  image: node:22
  script:
    - npx polc lint --format gitlab --output-file polc.json
  artifacts:
    when: always
    reports: { codequality: polc.json }
`,
        },
      ];
    case "none":
      return [];
  }
}
