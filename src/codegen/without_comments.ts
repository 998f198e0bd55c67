/** Generated C as the compiler gets it: without what is for people alone. */
import type { Condition, Item, Statement, Test } from "./c.js";

/** The same code without comments and blank lines, and so without names of policies, namespaces, labels and files. */
export function withoutComments(items: readonly Item[]): readonly Item[] {
  return items
    .filter(({ kind }) => kind !== "comment" && kind !== "blank")
    .map((item) => (item.kind === "tier" ? { ...item, body: bare(item.body) } : item));
}

function bare(body: readonly Statement[]): readonly Statement[] {
  return body
    .filter(({ kind }) => kind !== "comment" && kind !== "blank")
    .map((statement) =>
      statement.kind === "if"
        ? { ...statement, condition: bareCondition(statement.condition), body: bare(statement.body) }
        : statement,
    );
}

function bareCondition(condition: Condition): Condition {
  return condition.map((alternatives) =>
    alternatives.map((test): Test => (test.kind === "port" ? test : { ...test, comments: [] })),
  );
}
