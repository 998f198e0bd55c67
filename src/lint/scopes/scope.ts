/** Objects of one cluster, as far as the files tell. Nothing is compared across scopes. */
export interface Scope {
  readonly name: string;
  /** Objects change on their way to the cluster, so their contents are uncertain. */
  readonly patched: boolean;
  /** Undescribed pods, or pods with other labels, may run, so nothing can be concluded from what is missing. */
  readonly incomplete?: boolean;
  /**
   * Scopes with the same value are for different clusters; others may be applied to the same one. undefined: nothing else
   * is in its cluster.
   */
  readonly variantsOf?: string | undefined;
  /** The namespace that is set on everything in it. */
  readonly namespace?: string | undefined;
  /** The namespace that is set on the objects of a file. */
  readonly namespaceOf?: (file: string) => string | undefined;
}
