/** Objects as tests of rules need them, and what rules find in them. Each begins on line 1 and ends with a line feed. */
import type { Rule } from "../../src/lint/rule.js";
import { lintFiles, places } from "./lint_files.js";

interface Named {
  readonly name?: string;
  /** `""`: none is written. */
  readonly namespace?: string;
}

/** The name is on the third line, the spec on the fourth; one of several lines begins on the fifth. */
export function networkPolicy(spec: string, { name = "a", namespace }: Named = {}): string {
  const written = spec.includes("\n") ? `\n${spec.trimEnd().replace(/^/gm, "  ")}` : ` { ${spec} }`;
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}${inNamespace(namespace)} }
spec:${written}
`;
}

interface PodOptions extends Named {
  /** Fields of its spec before its container, such as `hostNetwork: true`. */
  readonly spec?: string;
  /** Of its container. */
  readonly ports?: string;
}

/** Four lines. Its one label is `app`. */
export function pod(app: string, { name, namespace, spec, ports }: PodOptions = {}): string {
  const container = `{ name: main, image: "shop/main:1"${ports === undefined ? "" : `, ports: [${ports}]`} }`;
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name ?? `${app}-0`}${inNamespace(namespace)}, labels: { app: ${app} } }
spec: { ${spec === undefined ? "" : `${spec}, `}containers: [${container}] }
`;
}

function inNamespace(namespace = "shop"): string {
  return namespace === "" ? "" : `, namespace: ${namespace}`;
}

/** `podSelector` of the pods with this label `app`. */
export function ofApp(app: string): string {
  return `podSelector: { matchLabels: { app: ${app} } }`;
}

/** Documents of one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join("---\n");
}

type Files = Readonly<Record<string, string>>;

/** What the rules find, as `places` tells it, in files by name or in the documents of one. */
export function finding(...rules: readonly Rule[]) {
  return async (...given: readonly [Files] | readonly string[]): Promise<readonly string[]> => {
    const [first] = given;
    const files =
      typeof first === "object" ? first : { "a.yaml": documents(...(given as readonly string[])) };
    return places(await lintFiles(files, rules));
  };
}
