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
  /** Keep only the rule of this direction. */
  readonly only?: "ingress" | "egress";
  readonly logged: boolean;
  /** The name of the rules that the sentence makes. */
  readonly name?: string;
}

/** A complete sentence, for use in `rules`. */
export class Sentence<Action extends SentenceAction> extends Node<"sentence"> {
  declare readonly action: Action;
}

/** A sentence that can still be named and logged. */
export class LoggableSentence<Action extends SentenceAction> extends Sentence<Action> {
  readonly #words: Words;

  constructor(words: Words, origin?: Origin) {
    super("sentence", words, origin);
    this.#words = words;
  }

  /** Sets the rule's name in a tier's object, for people. At most 100 characters. */
  named(name: string): LoggableSentence<Action> {
    return new LoggableSentence({ ...this.#words, name }, originOf(this));
  }

  /** Logs the connections that this sentence decides. */
  logged(): Sentence<Action> {
    return new Sentence("sentence", { ...this.#words, logged: true }, originOf(this));
  }
}

/** A sentence that still makes a rule for each end. */
export class TwoSidedSentence<Action extends SentenceAction> extends LoggableSentence<Action> {
  readonly #words: Words;

  constructor(words: Words, origin?: Origin) {
    super(words, origin);
    this.#words = words;
  }

  /** Makes only the ingress rule of the end in `.to`. The other end needs its own sentence. */
  ingressOnly(): LoggableSentence<Action> {
    return new LoggableSentence({ ...this.#words, only: "ingress" }, originOf(this));
  }

  /** Makes only the egress rule of the source. The other end needs its own sentence. */
  egressOnly(): LoggableSentence<Action> {
    return new LoggableSentence({ ...this.#words, only: "egress" }, originOf(this));
  }
}

/** A sentence without ports, which covers every port of every protocol. */
export class PortlessSentence<Action extends SentenceAction> extends TwoSidedSentence<Action> {
  readonly #words: Words;

  constructor(words: Words) {
    super(words);
    this.#words = words;
  }

  /** Limits the sentence to these destination ports. */
  on(first: Port, ...more: readonly Port[]): TwoSidedSentence<Action> {
    return new TwoSidedSentence({ ...this.#words, ports: [first, ...more] }, originOf(this));
  }
}

/** The first half of a sentence. It has no effect without `.to`. */
export class Opening<Action extends SentenceAction> extends Node<"opening"> {
  declare readonly action: Action;

  readonly #action: Action;
  readonly #from: End;

  constructor(action: Action, from: End) {
    super("opening", {});
    this.#action = action;
    this.#from = from;
  }

  /** Sets the end that the connections go to. */
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

/** Allows connections from this end. Set the destination with `.to`. */
export function allow(from: End): Opening<"allow"> {
  return new Opening("allow", from);
}

/** Denies connections from this end. Only in tiers. */
export function deny(from: End): Opening<"deny"> {
  return new Opening("deny", from);
}

/** Leaves connections from this end to the NetworkPolicies. Only in tiers. */
export function pass(from: End): Opening<"pass"> {
  return new Opening("pass", from);
}
