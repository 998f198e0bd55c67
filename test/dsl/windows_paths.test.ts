import { win32 } from "node:path";
import { expect, test } from "vitest";
import type { PolicyModule } from "../../src/parser/typescript/module_graph.js";
import { parseSource } from "../../src/parser/typescript/parse_source.js";
import { typeCheck } from "../../src/parser/typescript/type_check.js";
import { SourceFile } from "../../src/source/source_file.js";

function moduleOf(
  path: string,
  text: string,
  imports: Readonly<Record<string, PolicyModule>> = {},
): PolicyModule {
  return {
    path,
    source: new SourceFile(win32.basename(path), text),
    ast: parseSource(path, text)!,
    sound: true,
    imports: new Map(Object.entries(imports)),
    refused: [],
  };
}

test("files with the paths of Windows are type-checked, with what they import and the surface of polc", () => {
  const cluster = moduleOf(
    "C:\\work\\cluster.ts",
    `import { cluster } from "polc";
export const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
`,
  );
  const policy = moduleOf(
    "D:\\far\\a.policy.ts",
    `import { allow, policy } from "polc";
import { shop } from "./cluster.js";
const port: number = "80";
export default policy("p", { isolate: [shop.web], rules: [allow(shop.web).to(shop.apii)] });
`,
    { "./cluster.js": cluster },
  );
  const errors = typeCheck(new Map([policy, cluster].map((each) => [each.path, each])), win32);
  expect(errors.get(policy)?.map(({ rule, span }) => `${rule} ${span.file}`)).toEqual([
    "TS2322 a.policy.ts",
    "TS2551 a.policy.ts",
  ]);
  expect(errors.get(cluster)).toBeUndefined();
});
