import type { End } from "./match.js";
import { Node, originOf } from "./node.js";
import type { Origin } from "./node.js";
import type { Port } from "./port.js";

export type SentenceAction = "allow" | "deny" | "pass";

interface Words {
  readonly action: SentenceAction;
  readonly from: End;
  readonly to: End;
  /** The call site of `allow(...)`, if the sentence was finished elsewhere. */
  readonly opening: Origin;
  readonly ports?: readonly Port[];
  /** Of the two rules that the sentence gives only the one of this direction. */
  readonly only?: "ingress" | "egress";
  readonly logged: boolean;
  /** What the rules that it gives are called. */
  readonly name?: string;
}

/** A finished sentence: what `rules` takes. */
export class Sentence<Action extends SentenceAction> extends Node<"sentence"> {
  declare readonly action: Action;
}

/** A sentence that may still be logged. */
export class LoggableSentence<Action extends SentenceAction> extends Sentence<Action> {
  readonly #words: Words;

  constructor(words: Words, origin?: Origin) {
    super("sentence", words, origin);
    this.#words = words;
  }

  /** What the rule is called in a tier's object, for people; at most 100 characters. */
  named(name: string): LoggableSentence<Action> {
    return new LoggableSentence({ ...this.#words, name }, originOf(this));
  }

  /** Connections that this sentence decides are logged. */
  logged(): Sentence<Action> {
    return new Sentence("sentence", { ...this.#words, logged: true }, originOf(this));
  }
}

/** A sentence that still gives a rule for each of its ends. */
export class TwoSidedSentence<Action extends SentenceAction> extends LoggableSentence<Action> {
  readonly #words: Words;

  constructor(words: Words, origin?: Origin) {
    super(words, origin);
    this.#words = words;
  }

  /** Only the ingress rule of the end in `.to`: what the other end may send is said elsewhere. */
  ingressOnly(): LoggableSentence<Action> {
    return new LoggableSentence({ ...this.#words, only: "ingress" }, originOf(this));
  }

  /** Only the egress rule of the end that connections come from: what the other end accepts is said elsewhere. */
  egressOnly(): LoggableSentence<Action> {
    return new LoggableSentence({ ...this.#words, only: "egress" }, originOf(this));
  }
}

/** A sentence without ports: it speaks of every port of every protocol. */
export class PortlessSentence<Action extends SentenceAction> extends TwoSidedSentence<Action> {
  readonly #words: Words;

  constructor(words: Words) {
    super(words);
    this.#words = words;
  }

  /** Only on these destination ports. */
  on(first: Port, ...more: readonly Port[]): TwoSidedSentence<Action> {
    return new TwoSidedSentence({ ...this.#words, ports: [first, ...more] }, originOf(this));
  }
}

/** A sentence's first half; it says nothing before `.to`. */
export class Opening<Action extends SentenceAction> extends Node<"opening"> {
  declare readonly action: Action;

  readonly #action: Action;
  readonly #from: End;

  constructor(action: Action, from: End) {
    super("opening", {});
    this.#action = action;
    this.#from = from;
  }

  /** The end at which the connections arrive. */
  to(to: End): PortlessSentence<Action> {
    return new PortlessSentence({
      action: this.#action,
      from: this.#from,
      to,
      opening: originOf(this),
      logged: false,
    });
  }
}

/** Connections from this end are allowed; say where to with `.to`. */
export function allow(from: End): Opening<"allow"> {
  return new Opening("allow", from);
}

/** Connections from this end are denied; only in tiers. */
export function deny(from: End): Opening<"deny"> {
  return new Opening("deny", from);
}

/** Connections from this end are left to the NetworkPolicy tier; only in tiers. */
export function pass(from: End): Opening<"pass"> {
  return new Opening("pass", from);
}
