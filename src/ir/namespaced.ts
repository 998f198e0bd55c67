/** Where an object is. */
export interface Namespaced {
  readonly namespace: string;
  /** Its file writes none: it reads as `default`, and whoever applies the file may choose any other. */
  readonly namespaceUnwritten?: true;
}

/** The namespace that an object writes, or what reads in its place. */
export function namespaced(written: string | null | undefined): Namespaced {
  return written ? { namespace: written } : { namespace: "default", namespaceUnwritten: true };
}

/** undefined: none is written, so it may be any. */
export function writtenNamespace({ namespace, namespaceUnwritten }: Partial<Namespaced>): string | undefined {
  return namespaceUnwritten ? undefined : namespace;
}

/** Keys of the IR that make no difference to which connections a cluster allows: how a part was written, and what it is called. */
export const KEYS_OF_WRITING: ReadonlySet<string> = new Set([
  "span",
  "namespaceUnwritten",
  "metadata",
  "ruleName",
]);
