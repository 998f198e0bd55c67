import type { End } from "./match.js";
import { Node, originOf } from "./node.js";
import type { Origin } from "./node.js";
import type { Port } from "./port.js";

/** A finished claim: what `claims` takes. */
export class Claim extends Node<"claim"> {}

/** An end and ports that `onlyFrom` and `onlyTo` let pass. */
interface Exception {
  readonly end: End;
  readonly ports: readonly Port[];
}

/** A claim about who may connect to an end; more may be named with `.orFrom`. */
export class OnlyFrom extends Claim {
  readonly #to: End;
  readonly #except: readonly Exception[];

  constructor(to: End, except: readonly Exception[], origin?: Origin) {
    super("claim", { claim: "onlyFrom", to, except }, origin);
    this.#to = to;
    this.#except = except;
  }

  /** And from `from`, on these ports (on all, if none is given). */
  orFrom(from: End, ...ports: readonly Port[]): OnlyFrom {
    return new OnlyFrom(this.#to, [...this.#except, { end: from, ports }], originOf(this));
  }
}

/** A claim about where an end may connect to; more may be named with `.orTo`. */
export class OnlyTo extends Claim {
  readonly #from: End;
  readonly #except: readonly Exception[];

  constructor(from: End, except: readonly Exception[], origin?: Origin) {
    super("claim", { claim: "onlyTo", from, except }, origin);
    this.#from = from;
    this.#except = except;
  }

  /** And to `to`, on these ports (on all, if none is given). */
  orTo(to: End, ...ports: readonly Port[]): OnlyTo {
    return new OnlyTo(this.#from, [...this.#except, { end: to, ports }], originOf(this));
  }
}

/** A claim's first half. */
export class Check extends Node<"check"> {
  readonly #end: End;

  constructor(end: End) {
    super("check", {});
    this.#end = end;
  }

  /** Every connection from here to `to` on these ports (on all, if none is given) is allowed. */
  canReach(to: End, ...ports: readonly Port[]): Claim {
    return new Claim("claim", { claim: "canReach", from: this.#end, to, ports });
  }

  /** No connection from here to `to` on these ports (on any, if none is given) is allowed. */
  cannotReach(to: End, ...ports: readonly Port[]): Claim {
    return new Claim("claim", { claim: "cannotReach", from: this.#end, to, ports });
  }

  /** No connection to here is allowed but from `from` on these ports (on all, if none is given). */
  onlyFrom(from: End, ...ports: readonly Port[]): OnlyFrom {
    return new OnlyFrom(this.#end, [{ end: from, ports }]);
  }

  /** No connection from here is allowed but to `to` on these ports (on all, if none is given). */
  onlyTo(to: End, ...ports: readonly Port[]): OnlyTo {
    return new OnlyTo(this.#end, [{ end: to, ports }]);
  }
}

/** The end that a claim is about; say what holds with `.canReach`, `.cannotReach`, `.onlyFrom` or `.onlyTo`. */
export function check(end: End): Check {
  return new Check(end);
}
