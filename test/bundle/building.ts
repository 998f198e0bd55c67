/** Temporary folders with policies, and `polc build` in them as a process of its own. */
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll } from "vitest";

const MAIN = resolve("dist/src/cli/main.js");

export const POLICIES = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ ports: [{ port: 8080 }, { port: metrics }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: vault, namespace: bank }
spec:
  podSelector: {}
  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }]
`;

export type Files = Readonly<Record<string, string>>;

/** A new folder with these files; it is removed when the tests of the file are done. */
export function folder(files: Files = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "polc-bundle-")));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function polcBuild(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Ran {
  const run = spawnSync(process.execPath, [MAIN, "build", ...args], {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return { code: run.status, stdout: run.stdout, stderr: withoutProgress(run.stderr) };
}

/** A busy machine takes so long that there is progress to say. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(/^\d+ of \d+ policy sets (compiled|verified).*\n/gm, "");
}

/** Every file of a folder, by name, as hex. */
export function contents(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), "hex")]));
}

/** The name of a file in a bundle, that of an object without its digest: other compilers give other ones. */
export function objectsAlike(name: string): string {
  return name.replace(/^[0-9a-f]{16}\.bpf\.o$/, "OBJECT.bpf.o");
}
