import type { End } from "./match.js";
import { Node, originOf } from "./node.js";
import type { Origin } from "./node.js";
import type { Port } from "./port.js";

/** A complete claim, for use in `claims`. */
export class Claim extends Node<"claim"> {}

/** An end and ports that `onlyFrom` and `onlyTo` exempt. */
interface Exception {
  readonly end: End;
  readonly ports: readonly Port[];
}

/** A claim about who may connect to an end. Add more sources with `.orFrom`. */
export class OnlyFrom extends Claim {
  readonly #to: End;
  readonly #except: readonly Exception[];

  constructor(to: End, except: readonly Exception[], origin?: Origin) {
    super("claim", { claim: "onlyFrom", to, except }, origin);
    this.#to = to;
    this.#except = except;
  }

  /** Also allow connections from `from` on these ports, or on all ports if there are none. */
  orFrom(from: End, ...ports: readonly Port[]): OnlyFrom {
    return new OnlyFrom(this.#to, [...this.#except, { end: from, ports }], originOf(this));
  }
}

/** A claim about where an end may connect to. Add more destinations with `.orTo`. */
export class OnlyTo extends Claim {
  readonly #from: End;
  readonly #except: readonly Exception[];

  constructor(from: End, except: readonly Exception[], origin?: Origin) {
    super("claim", { claim: "onlyTo", from, except }, origin);
    this.#from = from;
    this.#except = except;
  }

  /** Also allow connections to `to` on these ports, or on all ports if there are none. */
  orTo(to: End, ...ports: readonly Port[]): OnlyTo {
    return new OnlyTo(this.#from, [...this.#except, { end: to, ports }], originOf(this));
  }
}

/** The first half of a claim. */
export class Check extends Node<"check"> {
  readonly #end: End;

  constructor(end: End) {
    super("check", {});
    this.#end = end;
  }

  /** Claims that every connection to `to` on these ports (without ports: on all) is allowed. */
  canReach(to: End, ...ports: readonly Port[]): Claim {
    return new Claim("claim", { claim: "canReach", from: this.#end, to, ports });
  }

  /** Claims that every connection to `to` on these ports (without ports: on all) is denied. */
  cannotReach(to: End, ...ports: readonly Port[]): Claim {
    return new Claim("claim", { claim: "cannotReach", from: this.#end, to, ports });
  }

  /** Claims that connections to this end are denied, except from `from` on these ports (without ports: on all). */
  onlyFrom(from: End, ...ports: readonly Port[]): OnlyFrom {
    return new OnlyFrom(this.#end, [{ end: from, ports }]);
  }

  /** Claims that connections from this end are denied, except to `to` on these ports (without ports: on all). */
  onlyTo(to: End, ...ports: readonly Port[]): OnlyTo {
    return new OnlyTo(this.#end, [{ end: to, ports }]);
  }
}

/** Starts a claim about an end. Finish it with `.canReach`, `.cannotReach`, `.onlyFrom` or `.onlyTo`. */
export function check(end: End): Check {
  return new Check(end);
}
