import type { End } from "./match.js";
import { Node } from "./node.js";
import type { Port } from "./port.js";

/** A finished claim: what `claims` takes. */
export class Claim extends Node<"claim"> {}

/** A claim's first half. */
export class Check extends Node<"check"> {
  readonly #from: End;

  constructor(from: End) {
    super("check", {});
    this.#from = from;
  }

  /** Every connection from here to `to` on these ports (on all, if none is given) is allowed. */
  canReach(to: End, ...ports: readonly Port[]): Claim {
    return new Claim("claim", { claim: "canReach", from: this.#from, to, ports });
  }

  /** No connection from here to `to` on these ports (on any, if none is given) is allowed. */
  cannotReach(to: End, ...ports: readonly Port[]): Claim {
    return new Claim("claim", { claim: "cannotReach", from: this.#from, to, ports });
  }
}

/** The end that connections come from; say what holds with `.canReach` or `.cannotReach`. */
export function check(from: End): Check {
  return new Check(from);
}
