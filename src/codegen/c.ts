/**
 * The C that generated files are made of, as values. There is no node for free text: identifiers are words of the
 * templates, numbers are numbers, and text from policy files fits only where a comment does.
 */
import type { Direction, Protocol, Tier } from "../ir/policy.js";

/** A test on the subject, the peer or the flow, in the words of bpf-templates/specialised.h. */
export type Test =
  | { readonly kind: "selected"; readonly bit: number; readonly comments: readonly string[] }
  | {
      readonly kind: "peer";
      readonly word: number;
      readonly mask: bigint;
      readonly comments: readonly string[];
    }
  | { readonly kind: "port"; readonly protocol: Protocol; readonly from: number; readonly to: number }
  | {
      readonly kind: "named";
      readonly protocol: Protocol;
      readonly slot: number;
      readonly comments: readonly string[];
    };

/** A conjunction of disjunctions; the empty one is always true. */
export type Condition = readonly (readonly Test[])[];

/** Local variables of the NetworkPolicy tier. */
export type Flag = "isolated" | "logged";

export type Statement =
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" }
  | { readonly kind: "declare"; readonly flag: Flag }
  | { readonly kind: "set"; readonly flag: Flag }
  | { readonly kind: "if"; readonly condition: Condition; readonly body: readonly Statement[] }
  /** Ends the tier with this verdict. */
  | {
      readonly kind: "decide";
      readonly rule: number;
      readonly action: "allow" | "deny";
      readonly logged: boolean;
    }
  /** Ends the tier without a verdict. */
  | { readonly kind: "goOn" }
  /** Ends the tier: denied if isolated, else without a verdict. */
  | { readonly kind: "denyIfIsolated"; readonly logged: boolean };

export type Item =
  | { readonly kind: "comment"; readonly text: string | readonly string[] }
  | { readonly kind: "blank" }
  | { readonly kind: "include"; readonly file: TemplateFile }
  | {
      readonly kind: "define";
      readonly name: "SUBJECT_WORDS" | "TERM_WORDS" | "NAMED_SLOTS";
      readonly value: number;
    }
  | {
      readonly kind: "tier";
      readonly tier: Tier;
      readonly direction: Direction;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "decision"; readonly direction: Direction; readonly tiers: readonly Tier[] };

export type TemplateFile = "specialised.h" | "policy.bpf.c";
