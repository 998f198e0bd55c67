import type { Repo } from "./repo.js";

/**
 * The repository once for each of two clusters, as folders of environments hold it: the same names, and what some of the
 * policies say differs. Nothing that is in one of them says anything about the other, so each has the findings of its own.
 */
export function inEnvironments({ files, policies, planted }: Repo): Repo {
  const folders = ["environments/dev", "environments/prod"] as const;
  return {
    policies: policies * folders.length,
    files: new Map(
      folders.flatMap((folder) =>
        [...files].map(([path, text]) => [
          `${folder}/${path}`,
          folder === "environments/dev" ? text : text.replaceAll("endPort: 15029", "endPort: 15024"),
        ]),
      ),
    ),
    planted: folders.flatMap((folder) =>
      planted.map((finding) => ({ ...finding, file: `${folder}/${finding.file}` })),
    ),
  };
}
