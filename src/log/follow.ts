/** The verdict log of this machine's instances: the loader's events, joined with the names of their generations. */
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import type { LoaderStream } from "../node/loader.js";
import { streamLoader } from "../node/loader.js";
import { holdFor, namesVersion, readNames } from "../node/run_dir.js";
import type { GenerationNames } from "../state/generation_names.js";
import type { Lost } from "./event.js";
import { asDrop, asEvent, asLost } from "./event.js";
import type { LogRecord } from "./record.js";
import { recordOf, recordOfDrop } from "./record.js";

export interface FollowOptions {
  /** Events that the kernel could not hand over. */
  readonly onLost?: (lost: Lost, instance: string) => void;
  /** Only what has been reported already. */
  readonly once?: boolean;
}

export interface Followed {
  stop(): Promise<void>;
  /** Resolves when every instance's stream ended: with the failures of those that did not end as asked. */
  readonly ended: Promise<readonly Failure[]>;
}

/** Calls `onRecord` for every verdict that the instances report, in the order they report it. */
export function followVerdicts(
  instances: readonly string[],
  onRecord: (record: LogRecord, instance: string) => void,
  options: FollowOptions = {},
): Followed {
  const streams: LoaderStream[] = [];
  const failures: Failure[] = [];
  for (const instance of instances) {
    const namesOf = namesReader(instance);
    const args = ["events", "--instance", instance, ...(options.once ? ["--once"] : [])];
    const stream = streamLoader(args, (line) => {
      const event = asEvent(line);
      if (event) return onRecord(recordOf(event, namesOf(event.generation)), instance);
      const drop = asDrop(line);
      if (drop) return onRecord(recordOfDrop(drop, namesOf(drop.generation)), instance);
      const lost = asLost(line);
      if (lost) options.onLost?.(lost, instance);
    });
    if (isFailure(stream)) failures.push(stream);
    else streams.push(stream);
  }
  return {
    stop: async () => void (await Promise.all(streams.map((stream) => stream.stop()))),
    ended: Promise.all(streams.map((stream) => stream.ended)).then((ended) => [
      ...failures,
      ...ended.filter((failure) => failure !== undefined),
    ]),
  };
}

/** Reads a generation's names when they change: an instance that is removed and installed again counts from 1 again. */
function namesReader(instance: string): (generation: number) => GenerationNames | undefined {
  const known = new Map<number, GenerationNames | undefined>();
  let last: { readonly version: string; readonly names: GenerationNames } | undefined;
  return (generation) => {
    const version = namesVersion(instance, generation);
    // Pruned names were right when they were read.
    if (version === undefined && known.has(generation)) return known.get(generation);
    if (version !== undefined && version !== last?.version) {
      const names = readNames(instance, generation);
      last = names && { version, names };
    }
    const names =
      last && holdFor(last.names, generation) && last.version === version ? last.names : undefined;
    known.set(generation, names);
    for (const old of known.keys()) if (old < generation - 4) known.delete(old);
    return names;
  };
}
