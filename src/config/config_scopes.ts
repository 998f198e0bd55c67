import { join, resolve } from "node:path";
import { remembered, scopesOf } from "../lint/scopes.js";
import type { Scope } from "../lint/scopes.js";
import type { ReadProject } from "../parser/project.js";
import type { Config } from "./config.js";

/** The configured scopes, and for all other files those that the files tell. */
export function configuredScopes(
  configured: Config["scopes"],
  project: Pick<ReadProject, "policies" | "kustomizations">,
  cwd: string,
): readonly Scope[] {
  const scopes = configured.map(({ name, files }): Scope => {
    const holds = remembered((file) => files.matches(resolve(cwd, file)));
    const patched = project.kustomizations.some(
      ({ folder, patches }) => patches && files.matches(join(folder, "kustomization.yaml")),
    );
    return { name, holds, patched };
  });
  const free = (file: string) => !scopes.some(({ holds }) => holds(file));
  const rest = { ...project, policies: project.policies.filter(({ span }) => free(span.file)) };
  const others = scopesOf(rest, cwd).map((scope) => ({
    ...scope,
    holds: (file: string) => free(file) && scope.holds(file),
  }));
  return [...scopes, ...others];
}
