import type { Failure } from "./failure.js";
import { isFailure } from "./failure.js";
import { builtLoader, loaderPath, runLoader } from "./loader.js";

/** The oldest kernel that loads the programs; loader/kernel_floor.h refuses those before it. */
export const KERNEL_FLOOR = "6.1";

/** Why programs cannot be loaded here, or undefined if they can. `build`: makes the loader where it is missing. */
export async function cannotLoad({ build }: { readonly build: boolean }): Promise<Failure | undefined> {
  if (process.getuid?.() !== 0) return { error: "polc does not run as root", help: "run it as root" };
  const loader = build ? loaderPath() : builtLoader();
  if (loader === undefined)
    return { error: "polc-loader is not built yet", help: "the first command that needs it builds it" };
  if (isFailure(loader)) return loader;
  const answer = await runLoader(["check"]);
  return isFailure(answer) ? answer : undefined;
}
