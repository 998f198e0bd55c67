/**
 * What the surface makes: frozen nodes that hold what was said and no behaviour. Their content is private, so a policy
 * file can neither read nor forge it, and two kinds of node are never assignable to each other.
 */

/** The key of a node's kind in plain data. No label can have this key. */
export const NODE_KIND = "polc:kind";

/** Where a node was written: indices into the table of call sites, which never enters the sandbox. */
export interface Origin {
  site?: number;
  /** The call of a helper function that handed the node on. */
  caller?: number;
}

const origins = new WeakMap<object, Origin>();

export class Node<Kind extends string> {
  readonly #content: object;

  /** `origin` is shared with the node that this one refines (`.on`, `.logged`). */
  constructor(
    readonly kind: Kind,
    content: object,
    origin: Origin = {},
  ) {
    this.#content = content;
    origins.set(this, origin);
    Object.freeze(this);
  }

  static isNode(value: unknown): value is Node<string> {
    return typeof value === "object" && value !== null && #content in value;
  }

  /**
   * A value as plain data, for `JSON.stringify`. Only nodes come out with `NODE_KIND`. What JSON would leave out comes
   * out as null: an absent label must not widen a selector.
   */
  static plain(value: unknown): unknown {
    if (Node.isNode(value)) return { ...value.#content, ...origins.get(value), [NODE_KIND]: value.kind };
    if (typeof value !== "object") return typeof value === "function" ? null : (value ?? null);
    if (value === null || Array.isArray(value)) return value;
    const copy: Record<string, unknown> = { ...value };
    delete copy[NODE_KIND];
    return copy;
  }
}

/** Gives an object that holds nodes (a cluster) the origin that those nodes share. */
export function shareOrigin(holder: object, origin: Origin): void {
  origins.set(holder, origin);
}

export function originOf(node: object): Origin {
  return origins.get(node) ?? {};
}

/** A constant has no origin, because no call in a policy file created it. */
export function constant<T extends object>(node: T): T {
  origins.delete(node);
  return node;
}

/**
 * Called around every call of a policy file (see parser/typescript/instrument.ts): the innermost call that returns a
 * node made it; the next one out handed it on.
 */
export function mark<T>(site: number, value: T): T {
  const origin = typeof value === "object" && value !== null ? origins.get(value) : undefined;
  if (origin) {
    if (origin.site === undefined) origin.site = site;
    else if (origin.caller === undefined && origin.site !== site) origin.caller = site;
  }
  return value;
}

let loop: number | undefined;

/** Called in every iteration of a loop, so that a stopped evaluation knows which loop it was in. */
export function tick(site: number): void {
  loop = site;
}

/** The loop that last began an iteration. */
export function lastLoop(): number | undefined {
  return loop;
}

let thrown: { readonly value: unknown; readonly site: number } | undefined;

/** Called around the value of a `throw` statement, because only an Error remembers its place. */
export function throwing<T>(site: number, value: T): T {
  thrown = { value, site };
  return value;
}

/** The call site of the last `throw` statement, if it threw this. */
export function throwSite(value: unknown): number | undefined {
  return thrown && Object.is(thrown.value, value) ? thrown.site : undefined;
}
