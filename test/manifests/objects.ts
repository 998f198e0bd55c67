/** The objects that manifests/ makes, by kustomize and by Helm. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../../src/cluster/resource.js";

export type Manifest = KubeObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
};

function program(names: readonly string[]): string | undefined {
  return names.find((name) => !spawnSync(name, ["--help"], { stdio: "ignore" }).error);
}

const HELM = existsSync("build/tools/helm") ? "build/tools/helm" : program(["helm"]);

export const noHelm = HELM === undefined;
export const noKubectl = program(["kubectl"]) === undefined;

function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

export function kustomized(folder: string): readonly Manifest[] {
  return documents(output("kubectl", ["kustomize", folder]));
}

export function charted(...args: readonly string[]): readonly Manifest[] {
  const given = [
    "template",
    "polc",
    "manifests/chart",
    "--include-crds",
    // A Helm that Go installed takes an old one, since it asks no cluster.
    "--kube-version",
    "1.36.0",
    "--namespace",
    "polc-system",
    ...args,
  ];
  return documents(output(HELM!, given));
}

function documents(text: string): readonly Manifest[] {
  return (loadAll(text) as (Manifest | null)[]).filter((each) => each !== null);
}
