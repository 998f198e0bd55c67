import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { networkPolicy } from "../../test/lint/objects.js";
import { invalidEndPort } from "./rule.js";

async function messages(port: string): Promise<readonly string[]> {
  const text = networkPolicy(`podSelector: {}, ingress: [{ ports: [{ ${port} }] }]`);
  const { diagnostics } = await lintFiles({ "a.yaml": text }, [invalidEndPort]);
  return diagnostics.map(
    ({ rule, message }) => `${rule}: ${message.replace("spec.ingress[0].ports[0].endPort: ", "")}`,
  );
}

test("a range that ends before it starts is found", async () => {
  expect(await messages("port: 9000, endPort: 8999")).toEqual([
    "invalid-end-port: endPort 8999 is below port 9000",
  ]);
});

test("a range that starts at a name, or nowhere, is found", async () => {
  expect(await messages("port: http, endPort: 9000")).toEqual([
    "invalid-end-port: endPort needs a numeric port",
  ]);
  expect(await messages("endPort: 9000")).toEqual(["invalid-end-port: endPort needs a port to start from"]);
});

test("a range of one port is a range", async () => {
  expect(await messages("port: 9000, endPort: 9000")).toEqual([]);
});
