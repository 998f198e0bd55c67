/** The annotation by which a pod is granted further sources: addresses that its packets may come from, beside its own. */
import { formatBlock, parseAddress, parseBlock } from "./address.js";
import type { Pod } from "./inventory.js";

export const SOURCES_ANNOTATION = "polc.dev/sources";

export interface PodSources {
  /** Blocks in canonical text, in the order of the annotation. */
  readonly blocks: readonly string[];
  /** Entries that are neither an address nor a block. */
  readonly bad: readonly string[];
}

/** Reads a comma-separated list of addresses and blocks. */
export function readSources(text: string): PodSources {
  const blocks: string[] = [];
  const bad: string[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const address = parseAddress(entry);
    const block = parseBlock(address ? `${entry}/${address.family === 4 ? 32 : 128}` : entry);
    if (block) blocks.push(formatBlock(block));
    else bad.push(entry);
  }
  return { blocks: [...new Set(blocks)], bad };
}

/** Further sources of a pod; what its annotation says wrongly grants nothing. */
export function sourcesOf({ annotations }: Pick<Pod, "annotations">): readonly string[] {
  const text = annotations?.[SOURCES_ANNOTATION];
  return text === undefined ? [] : readSources(text).blocks;
}
