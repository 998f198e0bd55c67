/** Prints generated C in kernel style. */
import type { Direction, Protocol, Tier } from "../ir/policy.js";
import type { Condition, Item, Statement, Test } from "./c.js";
import { comment, COMMENT_COLUMNS, trailingComment } from "./comment.js";

export function printC(items: readonly Item[]): string {
  return `${items.map(printItem).join("\n").trimEnd()}\n`;
}

function printItem(item: Item): string {
  switch (item.kind) {
    case "comment":
      return comment(item.text, "");
    case "blank":
      return "";
    case "include":
      // In quotes the name would first be looked for beside the generated files, whose names are the users' choice.
      return `#include <${item.file}>`;
    case "define":
      return `#define ${item.name} ${item.value}`;
    case "tier":
      return printTier(item.tier, item.direction, item.body);
    case "decision":
      return printDecision(item.direction, item.tiers);
  }
}

const PARAMETERS =
  "const volatile struct subject *subject, const struct peer *peer,\n\tconst struct flow *flow";

function printTier(tier: Tier, direction: Direction, body: readonly Statement[]): string {
  return [
    `static __always_inline bool ${tier}_${direction}(`,
    `\t${PARAMETERS}, struct verdict *decided)`,
    "{",
    printBody(body, direction, "\t"),
    "}",
  ].join("\n");
}

function printDecision(direction: Direction, tiers: readonly Tier[]): string {
  const asks = tiers.map(
    (tier) => `\tif (${tier}_${direction}(subject, peer, flow, &decided))\n\t\treturn decided;`,
  );
  return [
    `static __always_inline struct verdict decide_${direction}(`,
    `\t${PARAMETERS})`,
    "{",
    ...(tiers.length > 0 ? ["\tstruct verdict decided;", "", ...asks] : []),
    "\treturn verdict(0, ACTION_ALLOW, false);",
    "}",
  ].join("\n");
}

function printBody(body: readonly Statement[], direction: Direction, indent: string): string {
  return body.map((statement) => printStatement(statement, direction, indent)).join("\n");
}

function printStatement(statement: Statement, direction: Direction, indent: string): string {
  switch (statement.kind) {
    case "comment":
      return comment(statement.text, indent);
    case "blank":
      return "";
    case "declare":
      return `${indent}bool ${statement.flag} = false;`;
    case "set":
      return `${indent}${statement.flag} = true;`;
    case "if":
      return printIf(statement.condition, statement.body, direction, indent);
    case "decide":
      return (
        `${indent}*decided = verdict(${statement.rule}, ${ACTIONS[statement.action]}, ${statement.logged});\n` +
        `${indent}return true;`
      );
    case "goOn":
      return `${indent}return false;`;
    case "denyIfIsolated":
      return (
        `${indent}*decided = verdict(0, ACTION_DENY, ${statement.logged ? "logged" : "false"});\n` +
        `${indent}return isolated;`
      );
  }
}

const ACTIONS = { allow: "ACTION_ALLOW", deny: "ACTION_DENY" } as const;

function printIf(
  condition: Condition,
  body: readonly Statement[],
  direction: Direction,
  indent: string,
): string {
  if (condition.length === 0) return printBody(body, direction, indent);
  const braces = body.length !== 1 || body[0]!.kind === "decide";
  const lines = condition.flatMap((alternatives, at) => {
    const several = alternatives.length > 1 && condition.length > 1;
    return alternatives.map((test, inner) => {
      const open = `${at + inner === 0 ? "if (" : "    "}${several ? (inner === 0 ? "(" : " ") : ""}`;
      const lastInner = inner === alternatives.length - 1;
      const last = lastInner && at === condition.length - 1;
      const close = lastInner ? `${several ? ")" : ""}${last ? `)${braces ? " {" : ""}` : " &&"}` : " ||";
      return withComment(`${indent}${open}${printTest(test, direction)}${close}`, test);
    });
  });
  const inside = printBody(body, direction, `${indent}\t`);
  return [...lines, inside, ...(braces ? [`${indent}}`] : [])].join("\n");
}

function withComment(line: string, test: Test): string {
  if (test.kind === "port") return line;
  const used = line.replaceAll("\t", "        ").length;
  return line + trailingComment(test.comments, COMMENT_COLUMNS - used);
}

const IPPROTO = { TCP: "IPPROTO_TCP", UDP: "IPPROTO_UDP", SCTP: "IPPROTO_SCTP" } as const satisfies Record<
  Protocol,
  string
>;

/** A port's name is of the destination: the subject of an ingress rule, the peer of an egress rule. */
function printTest(test: Test, direction: Direction): string {
  switch (test.kind) {
    case "selected":
      return `selected(subject, ${test.bit})`;
    case "peer":
      return `peer_in(peer, ${test.word}, 0x${test.mask.toString(16)}ULL)`;
    case "port": {
      const proto = IPPROTO[test.protocol];
      if (test.from === 0 && test.to === 65535) return `proto_is(flow, ${proto})`;
      if (test.from === test.to) return `port_is(flow, ${proto}, ${test.from})`;
      return `port_between(flow, ${proto}, ${test.from}, ${test.to})`;
    }
    case "named": {
      const destination = direction === "ingress" ? "subject" : "peer";
      return `port_named(flow, ${IPPROTO[test.protocol]}, ${destination}->port[${test.slot}])`;
    }
  }
}
