/** An editor of Windows, run by node.exe: prints what the language server publishes for a document of its argument. */
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { lintProject } from "../../src/cli/lsp/lint_project.js";
import { serve } from "../../src/lsp/server.js";

const [rootUri = "", uri = ""] = process.argv.slice(2);
const [toServer, toClient] = [new PassThrough(), new PassThrough()];
serve(createConnection(toServer, toClient), lintProject, "0.0.0");
const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
client.onNotification("textDocument/publishDiagnostics", (params: object) => {
  process.stdout.write(`${JSON.stringify(params)}\n`);
});
client.listen();
await client.sendRequest("initialize", {
  processId: null,
  capabilities: {},
  rootUri,
  workspaceFolders: null,
});
await client.sendNotification("initialized", {});
const text = readFileSync(fileURLToPath(uri), "utf8");
await client.sendNotification("textDocument/didOpen", {
  textDocument: { uri, languageId: "yaml", version: 1, text },
});
// Answered once the document is linted.
const position = { line: 0, character: 0 };
await client.sendRequest("textDocument/hover", { textDocument: { uri }, position });
process.exit();
