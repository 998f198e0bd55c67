import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import type { Diagnostic, ProtocolConnection, PublishDiagnosticsParams } from "vscode-languageserver/node";
import { lintProject } from "../../src/cli/lsp/lint_project.js";
import { serve } from "../../src/lsp/server.js";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from:
        - podSelector: {}
    - from:
        - ipBlock: { cidr: 10.1.2.3/8 }
`;
const COVERED = `    - from:
        - podSelector: { matchLabels: { app: api } }
`;

let folder: string;
let client: ProtocolConnection;
let published: PublishDiagnosticsParams[];
const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "polc-lsp-"));
  writeFileSync(join(folder, "a.yaml"), POLICY);
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  serve(createConnection(toServer, toClient), lintProject, "1.2.3");
  client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  published = [];
  client.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.push(params);
  });
  client.listen();
  await client.sendRequest("initialize", {
    processId: null,
    capabilities: {},
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: null,
  });
  await client.sendNotification("initialized", {});
});

afterEach(() => {
  client.dispose();
  rmSync(folder, { recursive: true });
});

/** The last diagnostics of a file, once they are as wanted. */
async function diagnosticsOf(name: string, codes: readonly string[]): Promise<readonly Diagnostic[]> {
  let last: readonly Diagnostic[] = [];
  await expect
    .poll(
      () => {
        last = published.filter(({ uri }) => uri === uriOf(name)).at(-1)?.diagnostics ?? [];
        return last.map(({ code }) => code);
      },
      { timeout: 10_000 },
    )
    .toEqual(codes);
  return last;
}

async function open(text: string): Promise<void> {
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri: uriOf("a.yaml"), languageId: "yaml", version: 1, text },
  });
}

test("findings of files on disk are there at the start, and follow what is typed", async () => {
  await diagnosticsOf("a.yaml", ["cidr-host-bits"]);
  await open(POLICY);
  await client.sendNotification("textDocument/didChange", {
    textDocument: { uri: uriOf("a.yaml"), version: 2 },
    contentChanges: [
      { range: { start: { line: 8, character: 0 }, end: { line: 8, character: 0 } }, text: COVERED },
    ],
  });
  const [first] = await diagnosticsOf("a.yaml", ["redundant-rule", "cidr-host-bits"]);
  expect(first!.range.start).toEqual({ line: 8, character: 6 });
  expect(first!.relatedInformation![0]!.location.range.start.line).toBe(6);
  await client.sendNotification("textDocument/didClose", { textDocument: { uri: uriOf("a.yaml") } });
  await diagnosticsOf("a.yaml", ["cidr-host-bits"]);
});

test("go to definition leads from a covered rule to what covers it", async () => {
  await open(POLICY.replace("    - from:\n        - ipBlock", `${COVERED}    - from:\n        - ipBlock`));
  const places = await client.sendRequest("textDocument/definition", {
    textDocument: { uri: uriOf("a.yaml") },
    position: { line: 8, character: 8 },
  });
  expect(places).toMatchObject([{ uri: uriOf("a.yaml"), range: { start: { line: 6, character: 6 } } }]);
});

test("hover says what a rule matches, and which known pods", async () => {
  const pod = `apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: c, image: i }] }
`;
  await open(`${POLICY}---\n${pod}`);
  const hover = await client.sendRequest<{ contents: { value: string } }>("textDocument/hover", {
    textDocument: { uri: uriOf("a.yaml") },
    position: { line: 7, character: 12 },
  });
  expect(hover.contents.value).toContain("`allow from every pod in shop`");
  expect(hover.contents.value).toContain("`shop/db-0`");
});

test("a quick fix is the edit of the finding", async () => {
  await open(POLICY);
  const actions = await client.sendRequest<
    { isPreferred: boolean; edit: { changes: Record<string, { newText: string }[]> } }[]
  >("textDocument/codeAction", {
    textDocument: { uri: uriOf("a.yaml") },
    range: { start: { line: 9, character: 28 }, end: { line: 9, character: 28 } },
    context: { diagnostics: [] },
  });
  expect(actions.map(({ edit }) => edit.changes[uriOf("a.yaml")]!.map(({ newText }) => newText))).toEqual([
    ["10.0.0.0/8"],
  ]);
  expect(readFileSync(join(folder, "a.yaml"), "utf8")).toBe(POLICY);
});
