import type { SourceMap } from "../../src/source/source_file.js";
import type { Fix } from "../../src/source/edit.js";
import type { Rule } from "../../src/lint/rule.js";
import { splitPeer } from "../../src/lint/known/split_peer.js";
import type { SplitPeer } from "../../src/lint/known/split_peer.js";

export const orInsteadOfAnd: Rule = {
  name: "or-instead-of-and",
  meta: {
    summary: "a namespaceSelector and a podSelector are two peers, where one peer of both seems meant",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
    fixable: true,
  },
  check({ policies, inventory, known, sources, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const rule of policies.flatMap((policy) => (policy.tier === "networkpolicy" ? policy.rules : []))) {
      const split = splitPeer(rule, known);
      if (!split) continue;
      const fix = joinPeers(sources, split);
      report({
        span: split.pods.span,
        message:
          "this is a peer of its own, beside every pod of the selected namespaces, and it selects no known pod: " +
          "the two selectors allow either, not both together",
        notes: [{ message: "every pod of these namespaces is allowed", span: split.namespaces.span }],
        help: "if these pods of those namespaces are meant, write `podSelector` without the `-` before it",
        ...(fix && { fix }),
      });
    }
  },
};

/** Makes one list item of two in block style; undefined if the text has another form. */
function joinPeers(sources: SourceMap, { namespaces, pods }: SplitPeer): Fix | undefined {
  const text = sources.get(pods.span.file)?.text;
  if (text === undefined) return undefined;
  const before = (at: number) => text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const [first, second] = [before(namespaces.span.start), before(pods.span.start)];
  const isItem = /^ *- +$/;
  if (!isItem.test(first) || first !== second || "{&*!".includes(text[pods.span.start]!)) return undefined;
  if ("{&*!".includes(text[namespaces.span.start]!)) return undefined;
  const at = pods.span.start - second.length + second.indexOf("-");
  const span = { ...pods.span, start: at, end: at + 1 };
  return { message: "make one peer of the two", edits: [{ span, text: " " }], safe: false };
}
