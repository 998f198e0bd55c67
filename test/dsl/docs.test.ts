import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "./project.js";

/** The code blocks of docs/dsl.md, as files by the name in their first line. */
function blocks(): Record<string, string> {
  const text = readFileSync("docs/dsl.md", "utf8");
  const found = [...text.matchAll(/^```ts\n(\/\/ (\S+)\n[^]*?)^```$/gm)];
  expect(found.length).toBe(text.match(/^```ts$/gm)!.length);
  return Object.fromEntries(found.map(([, code, name]) => [name!, code!]));
}

test("the code of the page compiles and is evaluated without a finding", async () => {
  const { "mistakes.policy.ts": _, ...good } = blocks();
  const { said, policies, claims } = await parse(good);
  expect(said).toEqual([]);
  expect(policies.map(({ name, rules }) => [name, rules.length])).toEqual([
    ["shop-web", 3],
    ["shop-api", 3],
    ["shop-db", 1],
    ["ends-db", 2],
    ["scraping-prometheus", 2],
    ["guardrails", 6],
    ["closed", 1],
  ]);
  expect(claims.map(({ kind }) => kind)).toEqual(["canReach", "cannotReach", "onlyFrom", "onlyFrom"]);
});

test("every mistake of the page has the error that the page says", async () => {
  const { "mistakes.policy.ts": mistakes, "cluster.ts": cluster } = blocks();
  const { diagnostics, files } = await parse({ "mistakes.policy.ts": mistakes!, "cluster.ts": cluster! });
  const source = files.find(({ path }) => path === "mistakes.policy.ts")!;
  const promised = mistakes!.split("\n").flatMap((line, index) => {
    const code = /\/\/ (TS\d+):/.exec(line)?.[1];
    return code ? [`${index + 1} ${code}`] : [];
  });
  expect(promised).toHaveLength(6);
  expect(diagnostics.map(({ rule, span }) => `${source.position(span.start).line} ${rule}`)).toEqual(
    promised,
  );
});
