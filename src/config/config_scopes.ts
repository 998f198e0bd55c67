import { join, resolve } from "node:path";
import { remembered, scopesOf } from "../lint/scopes.js";
import type { Scope, Scopes } from "../lint/scopes.js";
import type { ReadProject } from "../parser/project.js";
import type { Config } from "./config.js";

/** The configured scopes, and for all other files those that the files tell. */
export function configuredScopes(
  configured: Config["scopes"],
  project: Pick<ReadProject, "policies" | "kustomizations">,
  cwd: string,
): Scopes {
  const scopes = configured.map(({ name, files }) => {
    const patched = project.kustomizations.some(
      ({ folder, patches }) => patches && files.matches(join(folder, "kustomization.yaml")),
    );
    const scope: Scope = { name, patched };
    return { scope, files };
  });
  const ofConfigured = remembered((file) => {
    const absolute = resolve(cwd, file);
    return scopes.flatMap(({ scope, files }) => (files.matches(absolute) ? [scope] : []));
  });
  const free = project.policies.filter(({ span }) => ofConfigured(span.file).length === 0);
  const others = scopesOf({ ...project, policies: free }, cwd);
  return {
    all: [...scopes.map(({ scope }) => scope), ...others.all],
    of: (file) => (ofConfigured(file).length > 0 ? ofConfigured(file) : others.of(file)),
  };
}
