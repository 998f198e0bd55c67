import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fixProject } from "../../src/lint/fix/fix_project.js";
import type { Levels } from "../../src/lint/levels.js";
import { lint } from "../../src/lint/lint.js";
import type { Rule } from "../../src/lint/rule.js";
import { scopesOf } from "../../src/lint/scopes/scopes.js";
import { RULES } from "../../rules/registry.js";
import { readProject } from "../../src/parser/project.js";
import type { ReadProject } from "../../src/parser/project.js";

const CWD = realpathSync(mkdtempSync(join(tmpdir(), "polc-fix-")));
afterAll(() => rmSync(CWD, { recursive: true }));

const ON: Levels = { levelOf: () => undefined };

/** The text of a file when all safe fixes of these rules are made, and the rules of what is left. */
async function fixed(
  name: string,
  text: string,
  rules: readonly string[],
  unsafe = false,
): Promise<{ text: string; left: readonly string[]; fixed: number }> {
  const chosen: readonly Rule[] = RULES.filter((rule) => rules.includes(rule.name));
  const read = (contents: ReadonlyMap<string, Buffer>) =>
    readProject([name], {
      cwd: CWD,
      contents: new Map([[`${CWD}/${name}`, Buffer.from(text)], ...contents]),
    });
  const options = {
    cwd: CWD,
    unsafe,
    read,
    lint: (project: ReadProject) => lint(project, { rules: chosen, levels: ON, cwd: CWD }),
    scopes: (project: ReadProject) => scopesOf(project, CWD),
  };
  const project = await read(new Map());
  const result = await fixProject(project, options.lint(project), options);
  const bytes = result.contents.get(`${CWD}/${name}`);
  return {
    text: bytes?.toString("utf8") ?? text,
    left: result.diagnostics.map(({ rule }) => rule),
    fixed: result.fixed,
  };
}

const HEAD = `# who may ask the database
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
`;
const WIDE = "    - from: [{ podSelector: {} }] # everyone here\n";
const NARROW = `    - from:
        - podSelector:
            matchLabels: { app: api }
`;

test("a redundant rule's lines go, whatever place it has, and all else stays as it is", async () => {
  for (const [text, wanted] of [
    [HEAD + WIDE + NARROW, HEAD + WIDE],
    [HEAD + NARROW + WIDE, HEAD + WIDE],
    [HEAD + NARROW + WIDE + NARROW, HEAD + WIDE],
    [(HEAD + NARROW + WIDE).replaceAll("\n", "\r\n"), (HEAD + WIDE).replaceAll("\n", "\r\n")],
    [`${HEAD}${WIDE}${NARROW}`.trimEnd(), HEAD + WIDE],
  ])
    expect((await fixed("a.yaml", text!, ["redundant-rule"])).text).toBe(wanted);
});

test("in a flow sequence and in a TypeScript array a comma goes with it", async () => {
  const flow = (rules: string) => `${HEAD.trimEnd()} [${rules}]\n`;
  const all = "{ from: [{ podSelector: {} }] }";
  const one = "{ from: [{ podSelector: { matchLabels: { app: api } } }] }";
  expect((await fixed("a.yaml", flow(`${one}, ${all}`), ["redundant-rule"])).text).toBe(flow(all));
  expect((await fixed("a.yaml", flow(`${all}, ${one}`), ["redundant-rule"])).text).toBe(flow(all));
  const script = (rules: string) => `import { adminTier, deny, everyPod, namespaces } from "polc";

export default adminTier("a", {
  priority: 1,
  rules: [
${rules}  ],
});
`;
  const wide = "    deny(everyPod).to(everyPod),\n";
  const narrow = `    deny(namespaces({ env: "dev" }))\n      .to(everyPod),\n`;
  expect((await fixed("a.policy.ts", script(wide + narrow), ["redundant-tier-rule"])).text).toBe(
    script(wide),
  );
});

test("a rule with a comment of its own goes only when asked for more than what is safe", async () => {
  const commented = `${HEAD}${WIDE}    # the api reads orders\n${NARROW}`;
  expect(await fixed("a.yaml", commented, ["redundant-rule"])).toEqual({
    text: commented,
    left: ["redundant-rule"],
    fixed: 0,
  });
  expect((await fixed("a.yaml", commented, ["redundant-rule"], true)).left).toEqual([]);
});

test("what was left to defaults is written out, host bits are cleared, and a second time nothing changes", async () => {
  const text = `${HEAD}    - from: [{ ipBlock: { cidr: 10.1.2.3/8 } }]
      ports:
        - port: 5432 # psql
`;
  const rules = ["cidr-host-bits", "protocol-defaulted", "policy-types-omitted"];
  const once = await fixed("a.yaml", text, rules);
  expect(once.left).toEqual([]);
  expect(once.fixed).toBe(3);
  expect(once.text).toContain("cidr: 10.0.0.0/8");
  expect(once.text).toContain("# psql");
  expect((await fixed("a.yaml", once.text, rules)).text).toBe(once.text);
});

test("a fix that would change a verdict is not made", async () => {
  const text = HEAD + WIDE;
  const lying: Rule = {
    name: "redundant-rule",
    meta: { summary: "", severity: "warning", world: "text", preset: "all" },
    check: ({ policies }, report) => {
      const { span } = policies[0]!.rules[0]!;
      const whole = { ...span, start: text.indexOf(WIDE), end: text.length };
      report({ message: "x", span, fix: { message: "x", edits: [{ span: whole, text: "" }], safe: true } });
    },
  };
  const read = (contents: ReadonlyMap<string, Buffer>) =>
    readProject(["a.yaml"], {
      cwd: CWD,
      contents: new Map([[`${CWD}/a.yaml`, Buffer.from(text)], ...contents]),
    });
  const project = await read(new Map());
  const options = {
    cwd: CWD,
    unsafe: false,
    read,
    lint: (each: ReadProject) => lint(each, { rules: [lying], levels: ON, cwd: CWD }),
    scopes: (each: ReadProject) => scopesOf(each, CWD),
  };
  const result = await fixProject(project, options.lint(project), options);
  expect(result.contents.size).toBe(0);
  expect(result.diagnostics).toHaveLength(1);
});
