/** What a policy file may ask of the parser. Beyond it is an error, never a slow or a dead process. */
export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 16 * 1024 * 1024,
  /** Collections inside collections. */
  depth: 100,
  /** Nodes that the aliases and merge keys of one document stand for, written out. */
  aliasNodes: 100_000,
} as const;
