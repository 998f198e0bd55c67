import { join, resolve } from "node:path";
import { remembered, scopesOf } from "../lint/scopes/scopes.js";
import type { Scope } from "../lint/scopes/scope.js";
import type { Scoped, Scopes } from "../lint/scopes/scopes.js";
import type { Config } from "./config.js";

/** The configured scopes, and for all other files those that their layout suggests. */
export function configuredScopes(configured: Config["scopes"], project: Scoped, cwd: string): Scopes {
  const told = scopesOf(project, cwd).all;
  const scopes = configured.map(({ name, files }) => {
    const holds = (folder: string) => files.matches(join(folder, "kustomization.yaml"));
    const own = project.kustomizations.filter(({ folder }) => holds(folder));
    const folders = new Set(own.map(({ folder }) => folder));
    const ofOwn = told.filter((scope) => folders.has(scope.name));
    const scope: Scope = {
      name,
      patched: own.some(({ patches }) => patches) || ofOwn.some(({ patched }) => patched),
      incomplete: own.some(({ hidesPods }) => hidesPods) || ofOwn.some(({ incomplete }) => incomplete),
    };
    return { scope, files };
  });
  const ofConfigured = remembered((file) => {
    const absolute = resolve(cwd, file);
    return scopes.flatMap(({ scope, files }) => (files.matches(absolute) ? [scope] : []));
  });
  const isFree = ({ span }: { readonly span: { readonly file: string } }) =>
    ofConfigured(span.file).length === 0;
  const { policies, inventory } = project;
  const free = {
    ...project,
    policies: policies.filter(isFree),
    inventory: { ...inventory, pods: inventory.pods.filter(isFree) },
  };
  const others = scopesOf(free, cwd);
  return {
    all: [...scopes.map(({ scope }) => scope), ...others.all],
    of: (file) => (ofConfigured(file).length > 0 ? ofConfigured(file) : others.of(file)),
  };
}
