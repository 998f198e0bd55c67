/**
 * polc's two programs in C. The package carries their sources: where nobody built them yet, the first command that needs one
 * does, in the package or, where that cannot be written, in a cache that only this user can write.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isExecutable } from "../../source/on_path.js";
import { packageRoot } from "../../source/package_root.js";
import { isPrivate, userCacheDir } from "../../source/private_folder.js";
import { buildProgram, sourcesIn } from "./build_program.js";
import type { Failure } from "../failure.js";
import { missingPackages } from "./missing_packages.js";
import type { NativeProgram } from "./programs.js";

/** A folder for the program, and what it is called there. */
interface Place {
  readonly folder: string;
  readonly path: string;
  /** Can nobody put another program there who could not change polc itself, or this user's files? */
  readonly isSafe: (path: string) => boolean;
}

/** The package that has the sources, and the cache for programs whose package cannot be written. */
export interface Home {
  readonly root: string;
  readonly cache: string;
}

/** The cache of root is not where HOME says: sudo may leave another user's there. */
function home(): Home {
  return { root: packageRoot(), cache: process.getuid?.() === 0 ? "/var/cache/polc" : userCacheDir() };
}

/** Where the program is, built now if it has to be. */
export function nativeProgram(program: NativeProgram, at = home()): string | Failure {
  const there = builtProgram(program, at);
  if (there !== undefined) return there;
  const missing = missingPackages(program.headers);
  if (missing.length > 0)
    return {
      error: `${program.name} has to be built once on this machine, which lacks ${missing.join(", ")}`,
      help: `install them: apt-get install ${missing.join(" ")} (or set ${program.variable} to a path of ${program.name})`,
    };
  process.stderr.write(`polc: building ${program.name} for this machine, once\n`);
  return build(program, at);
}

/** Where the program is, if it is built; what `POLC_LOADER` or `POLC_PROBE` names is not looked at closely. */
export function builtProgram(program: NativeProgram, at = home()): string | Failure | undefined {
  const named = process.env[program.variable];
  if (named !== undefined)
    return isExecutable(named)
      ? named
      : { error: `there is no program at ${named}`, help: `correct ${program.variable}, or unset it` };
  return places(program, at).find(holdsProgram)?.path;
}

function build(program: NativeProgram, at: Home): string | Failure {
  const refused: string[] = [];
  for (const place of places(program, at)) {
    const { folder } = place;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!place.isSafe(folder)) {
        refused.push(`${folder} is not this user's alone`);
        continue;
      }
      return buildProgram(at.root, program, folder, place.path) ?? place.path;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (!["EACCES", "EPERM", "EROFS"].includes(code ?? ""))
        return { error: `${program.name} could not be built: ${message}` };
      refused.push(`${folder} cannot be written`);
    }
  }
  return {
    error: `no folder can hold ${program.name}: ${refused.join(", ")}`,
    help: `make one of them writable for this user alone, or set ${program.variable} to a path of ${program.name}`,
  };
}

function places(program: NativeProgram, { root, cache }: Home): readonly Place[] {
  const [folder] = program.folders;
  return [
    {
      folder: join(root, folder),
      path: join(root, folder, program.name),
      isSafe: (path) => isPackages(root, path),
    },
    {
      folder: join(cache, "programs"),
      // Read only where the package has no program: the digest takes longer than all else here.
      get path() {
        return join(this.folder, `${program.name}-${digestOfSources(program, root)}`);
      },
      isSafe: isPrivate,
    },
  ];
}

function holdsProgram(place: Place): boolean {
  try {
    return place.isSafe(place.folder) && place.isSafe(place.path) && isExecutable(place.path);
  } catch {
    return false;
  }
}

/** Owned by root, this user or whoever owns the package, and not for everybody to write. */
function isPackages(root: string, path: string): boolean {
  const { uid, mode } = statSync(path);
  const owners = [0, process.getuid?.(), statSync(join(root, "package.json")).uid];
  return owners.includes(uid) && (mode & 0o002) === 0;
}

/** Of all that decides what is built. */
function digestOfSources({ folders }: NativeProgram, root: string): string {
  const hash = createHash("sha256").update(process.arch);
  for (const { name, path } of folders.flatMap((folder) => sourcesIn(join(root, folder))))
    hash.update(`\n${name}\n`).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}
