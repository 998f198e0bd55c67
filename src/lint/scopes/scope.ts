/** Objects that end up in one cluster, as far as files tell. Nothing is compared across scopes. */
export interface Scope {
  readonly name: string;
  /** Objects are changed on their way to the cluster, so what one of them says is not certain. */
  readonly patched: boolean;
  /** Pods may run that no file describes, or with other labels: that nothing does this or that cannot be said. */
  readonly incomplete?: boolean;
  /**
   * Two scopes with the same are made for different clusters; others may well be applied to one. undefined: nothing else
   * ends up in its cluster.
   */
  readonly variantsOf?: string | undefined;
  /** All that it holds, and what is added, is put into this namespace. */
  readonly namespace?: string | undefined;
  /** The namespace that the objects of a file are put into. */
  readonly namespaceOf?: (file: string) => string | undefined;
}
