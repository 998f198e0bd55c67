/** Where an object is. */
export interface Namespaced {
  readonly namespace: string;
  /** The file has no namespace: it reads as `default`, and whoever applies the file may choose another. */
  readonly namespaceUnwritten?: true;
}

/** The namespace of an object, or its default. */
export function namespaced(written: string | null | undefined): Namespaced {
  return written ? { namespace: written } : { namespace: "default", namespaceUnwritten: true };
}

/** undefined: none is written, so it may be any. */
export function writtenNamespace({ namespace, namespaceUnwritten }: Partial<Namespaced>): string | undefined {
  return namespaceUnwritten ? undefined : namespace;
}

/** Keys of the IR that do not affect which connections are allowed: how a part was written, and its name. */
export const KEYS_OF_WRITING: ReadonlySet<string> = new Set([
  "span",
  "namespaceUnwritten",
  "metadata",
  "ruleName",
]);
