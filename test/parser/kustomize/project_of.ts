import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { renderProject } from "../../../src/parser/kustomize/rendered_project.js";
import type { RenderedProject } from "../../../src/parser/kustomize/rendered_project.js";
import { findRenderer } from "../../../src/parser/kustomize/renderer.js";
import { readProject } from "../../../src/parser/project.js";

/** Tests that render need a kustomize, or a kubectl that has one. */
export const noRenderer = findRenderer() === undefined;

/** A folder with these files, until the end of the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "polc-kustomized-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What the paths hold as it is rendered. */
export async function rendered(
  files: Readonly<Record<string, string>>,
  paths: readonly string[] = ["."],
  policiesOnly = false,
): Promise<RenderedProject> {
  const cwd = folderOf(files);
  return renderProject(await readProject(paths, { cwd }), { cwd, policiesOnly });
}

export function said({ diagnostics }: RenderedProject): string[] {
  return diagnostics.map(({ span, rule, message }) => `${span.file} ${rule}: ${message}`);
}

/** A policy that lets pods with the label app=client in, with its own rule on line 8. */
export function policy(name: string, app = name): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
spec:
  podSelector: { matchLabels: { app: ${app} } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: client } } }]
`;
}

export function deployment(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: nginx, ports: [{ containerPort: 8080 }] }] }
`;
}
