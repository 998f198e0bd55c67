/** From a policy set to what decides for it: a C file, or a table that the node fills. */
import type { SourceMap } from "../source/source_file.js";
import type { Item } from "./c.js";
import { formOf } from "./form.js";
import type { Form } from "./form.js";
import type { Layout } from "./layout.js";
import { layoutOf } from "./layout.js";
import { policiesOf } from "./policy_set.js";
import type { PolicySet } from "./policy_set.js";
import { printC } from "./print_c.js";
import { withoutComments } from "./without_comments.js";
import { localRuleIds } from "./rule_ids.js";
import { policyWords, specialisedItems } from "./specialised.js";
import { peerWords, podWords, portWords } from "../ir/words.js";

export interface GeneratedSet {
  readonly set: PolicySet;
  readonly layout: Layout;
  /** Left out: the set is in table form, which is data alone. */
  readonly program?: GeneratedC;
}

/** To be compiled with bpf-templates in the include path. */
export interface GeneratedC {
  /** Name of the file with `text`. */
  readonly file: string;
  /** For people: with comments that name policies, rules and sources. */
  readonly text: string;
  /** For the compiler: the same without comments. Sets that differ in names alone have the same code. */
  readonly code: string;
}

export interface GenerateOptions {
  readonly sources: Pick<SourceMap, "where">;
  /** Name of the file that the text becomes. */
  readonly file: string;
  /** Overrides the choice by size. */
  readonly form?: Form;
}

export function generateSet(set: PolicySet, options: GenerateOptions): GeneratedSet {
  const layout = layoutOf(set);
  const functions = specialisedItems(set, { layout, ruleIds: localRuleIds(set), sources: options.sources });
  if ((options.form ?? formOf(functions)) === "table") return { set, layout };
  const items: Item[] = [
    ...headItems(set, layout, options),
    { kind: "include", file: "specialised.h" },
    ...functions,
    { kind: "blank" },
    { kind: "include", file: "policy.bpf.c" },
  ];
  const program = { file: options.file, text: printC(items), code: printC(withoutComments(items)) };
  return { set, layout, program };
}

function headItems(set: PolicySet, layout: Layout, options: GenerateOptions): Item[] {
  const subject =
    set.namespace === undefined
      ? "pods of the namespaces without a file of their own"
      : `the pods of namespace ${set.namespace}`;
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line, index) => `  ${index}  ${line}`)];
  const text = [
    `${options.file}: what policy says of ${subject}.`,
    "Made by polc build; changes here are lost.",
    "",
    "Policies, tier by tier:",
    ...policiesOf(set).map((policy) => `  ${policyWords(policy, options)}`),
    ...list("Subject selectors, by bit of subject->selected:", layout.subjects.map(podWords)),
    ...list("Peer terms, by bit of peer->terms:", layout.terms.map(peerWords)),
    ...list(
      "Named ports, by slot of port:",
      layout.namedPorts.map(({ protocol, name }) => portWords({ kind: "named", protocol, name })),
    ),
  ];
  const sizes: Item[] = [
    { kind: "define", name: "SUBJECT_WORDS", value: layout.subjectWords },
    { kind: "define", name: "TERM_WORDS", value: layout.termWords },
    { kind: "define", name: "NAMED_SLOTS", value: layout.namedSlots },
  ];
  return [
    { kind: "comment", text: "SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)" },
    { kind: "comment", text },
    { kind: "blank" },
    ...sizes,
    { kind: "blank" },
  ];
}
