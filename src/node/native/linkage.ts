/** Which libraries the loader carries, and which it takes from this machine. */
import type { Failure } from "../failure.js";
import { isFailure } from "../failure.js";
import { builtLoader, runLoader } from "../loader.js";

export interface Linkage {
  readonly path: string;
  /** The version of libbpf that it runs with. */
  readonly libbpf: string;
  readonly linked: Readonly<Record<string, "static" | "dynamic">>;
}

/** undefined: it is not built yet. */
export async function loaderLinkage(): Promise<Linkage | Failure | undefined> {
  const path = builtLoader();
  if (path === undefined || isFailure(path)) return path;
  const answer = await runLoader(["--version"]);
  if (isFailure(answer)) return answer;
  return { path, ...(answer as Omit<Linkage, "path">) };
}

export function describeLinkage(linkage: Linkage | undefined): string {
  if (!linkage) return "loader: not built yet, the first command that needs it does that";
  const libraries = Object.entries(linkage.linked).map(
    ([library, how]) => `${library}${library === "libbpf" ? ` ${linkage.libbpf}` : ""} ${how}`,
  );
  return `loader: ${libraries.join(", ")}`;
}
