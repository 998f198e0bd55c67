/** Where the parts of a policy file are: the table of call sites, made before evaluation and read after it. */
import type { Span } from "../../../source/span.js";

/** The extent of an expression and, where it is an array or object literal, of its members. */
export interface Shape {
  readonly start: number;
  readonly end: number;
  readonly items?: readonly Shape[];
  readonly properties?: ReadonlyMap<string, Shape>;
}

/** One call of a chain, such as `to` in `allow(a).to(b).on(c)`. */
export interface Call {
  readonly name: string;
  readonly arguments: readonly Shape[];
}

/** A whole chain of calls. */
export interface Site {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly calls: readonly Call[];
}

/** A span, with the places of its literal members. A member that is not literal is at its container's place. */
export class Place {
  readonly span: Span;

  constructor(
    readonly file: string,
    private readonly shape: Shape,
  ) {
    this.span = Object.freeze({ file, start: shape.start, end: shape.end });
  }

  item(index: number): Place {
    return this.member(this.shape.items?.[index]);
  }

  property(name: string): Place {
    return this.member(this.shape.properties?.get(name));
  }

  private member(shape: Shape | undefined): Place {
    return shape ? new Place(this.file, shape) : this;
  }
}

/** Data from the sandbox: nothing about it is trusted. */
export type Untrusted = Readonly<Record<string, unknown>>;

export class Sites {
  constructor(private readonly sites: readonly Site[]) {}

  /** The chain of calls that made a node. */
  of(node: Untrusted, fallback: Place): Place {
    const site = this.at(node["site"]);
    return site ? new Place(site.file, site) : fallback;
  }

  /** The call of a helper that handed the node on. */
  caller(node: Untrusted): Span | undefined {
    const site = this.at(node["caller"]);
    return site && new Place(site.file, site).span;
  }

  /** An argument of a call in the chain that made the node: the first call, or the nth (from 0) of this name. */
  argument(node: Untrusted, call: string | undefined, index: number, nth = 0): Place | undefined {
    const site = this.at(node["site"]);
    const found = call === undefined ? site?.calls[0] : site?.calls.filter(({ name }) => name === call)[nth];
    const shape = found?.arguments[index];
    return site && shape && new Place(site.file, shape);
  }

  /** The argument of the call before `next` in the chain: `allow`'s, under whatever name it was imported. */
  argumentBefore(node: Untrusted, next: string): Place | undefined {
    const site = this.at(node["site"]);
    const shape = site?.calls[site.calls.findIndex(({ name }) => name === next) - 1]?.arguments[0];
    return site && shape && new Place(site.file, shape);
  }

  private at(index: unknown): Site | undefined {
    return typeof index === "number" ? this.sites[index] : undefined;
  }
}
