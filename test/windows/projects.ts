/** What the drives of the Windows hold: the examples, lines that end in CRLF, two drives, mistakes of types. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";

/** Its second rule is redundant, at line 8. */
const policy = (name: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: ${name} } }
  ingress:
    - from: [{ podSelector: {} }]
    - from: [{ podSelector: { matchLabels: { app: web } } }]
`;
const CLUSTER = `import { cluster } from "polc";
export const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
`;
const MISSPELT = `import { allow, policy } from "polc";
import { shop } from "./cluster.js";
export default policy("p", { isolate: [shop.web], rules: [allow(shop.web).to(shop.apii)] });
`;
/** Types alone find this: nothing of it fails when it runs. */
const MISTYPED = `import { allow, policy } from "polc";
import { shop } from "./cluster.js";
const port: number = "80";
export default policy("p", { isolate: [shop.web], rules: [allow(shop.web).to(shop.api)] });
`;

export function writeProjects({ d, e }: { readonly d: string; readonly e: string }): void {
  cpSync(join(packageRoot(), "examples"), join(d, "examples"), { recursive: true });
  write(d, {
    "crlf/policies.yaml": read("online-boutique/policies.yaml").replaceAll("\n", "\r\n"),
    "crlf/workloads.yaml": read("online-boutique/workloads.yaml").replaceAll("\n", "\r\n"),
    "t/a.yaml": policy("a"),
    "t/inner/b.yaml": policy("b"),
    "examples/fix/crlf.yaml": policy("crlf").replaceAll("\n", "\r\n"),
    "other/one.yaml": policy("one"),
    "configured/polc.config.yaml": "overrides: [{ files: ['old/**'], rules: { redundant-rule: off } }]\n",
    "configured/old/a.yaml": policy("old"),
    "configured/new/a.yaml": policy("new"),
    "renamed/a.yaml": policy("a"),
    "renamed/kustomization.yaml": "resources: [a.yaml]\nnamePrefix: x-\n",
    "types/cluster.ts": CLUSTER,
    "types/misspelt.policy.ts": MISSPELT,
    "types/mistyped.policy.ts": MISTYPED,
  });
  write(e, { "far/a b.yaml": policy("far"), "far/old/c.yaml": policy("c") });
}

function read(example: string): string {
  return readFileSync(join(packageRoot(), "examples", example), "utf8");
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
