/** The language server: diagnostics while typing, hovers, quick fixes, and go to the covering rule. */
import { fileURLToPath } from "node:url";
import { TextDocumentSyncKind, TextDocuments } from "vscode-languageserver/node";
import type { Connection, InitializeResult } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { hoverAt } from "./hover.js";
import { toCodeAction, toDiagnostic, toLocation, toRange } from "./to_lsp.js";
import { Workspace } from "./workspace.js";
import type { LintProject } from "./workspace.js";

/** How many milliseconds after the last change the project is linted. */
const QUIET_MS = 150;

const CAPABILITIES: InitializeResult["capabilities"] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  hoverProvider: true,
  definitionProvider: true,
  codeActionProvider: { codeActionKinds: ["quickfix"] },
};

export function serve(connection: Connection, lint: LintProject, version: string): void {
  const documents = new TextDocuments(TextDocument);
  let server: PolicyServer | undefined;
  connection.onInitialize(({ workspaceFolders, rootUri }) => {
    const uri = workspaceFolders?.[0]?.uri ?? rootUri;
    const root = uri ? fileURLToPath(uri) : process.cwd();
    server = new PolicyServer(connection, documents, new Workspace(root, lint));
    return { capabilities: CAPABILITIES, serverInfo: { name: "polc", version } };
  });
  connection.onInitialized(() => server!.schedule());
  documents.onDidChangeContent(({ document }) => server!.changed(document));
  documents.onDidClose(({ document }) => server!.closed(document));
  connection.onDidChangeWatchedFiles(() => server!.schedule());
  connection.onHover(({ textDocument, position }) => server!.hover(textDocument.uri, position));
  connection.onDefinition(({ textDocument, position }) => server!.definition(textDocument.uri, position));
  connection.onCodeAction(({ textDocument, range }) => server!.codeActions(textDocument.uri, range));
  documents.listen(connection);
  connection.listen();
}

type Position = Parameters<TextDocument["offsetAt"]>[0];

class PolicyServer {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private published = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly documents: TextDocuments<TextDocument>,
    private readonly workspace: Workspace,
  ) {}

  changed(document: TextDocument): void {
    this.workspace.open(document.uri, document.getText());
    this.schedule();
  }

  closed(document: TextDocument): void {
    this.workspace.close(document.uri);
    this.schedule();
  }

  schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.running = this.running.then(() => this.publish()).catch((error: unknown) => this.failed(error));
    }, QUIET_MS);
  }

  /** Lints a pending change first, so that a request is answered for the text it is about. */
  private async settled(): Promise<void> {
    if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.running = this.running.then(() => this.publish()).catch((error: unknown) => this.failed(error));
    }
    await this.running;
  }

  private async publish(): Promise<void> {
    await this.workspace.refresh();
    const byUri = new Map<string, ReturnType<typeof toDiagnostic>[]>();
    for (const finding of this.workspace.diagnostics) {
      const uri = this.workspace.uriOf(finding.span.file);
      const list = byUri.get(uri) ?? [];
      list.push(toDiagnostic(finding, this.workspace));
      byUri.set(uri, list);
    }
    for (const uri of this.published) if (!byUri.has(uri)) byUri.set(uri, []);
    for (const [uri, diagnostics] of byUri) await this.connection.sendDiagnostics({ uri, diagnostics });
    this.published = new Set([...byUri].flatMap(([uri, list]) => (list.length > 0 ? [uri] : [])));
  }

  private failed(error: unknown): void {
    this.connection.console.error(`polc: ${error instanceof Error ? error.message : String(error)}`);
  }

  async hover(uri: string, position: Position) {
    await this.settled();
    const offset = this.documents.get(uri)?.offsetAt(position);
    if (offset === undefined) return null;
    const { policies, known } = this.workspace;
    const found = hoverAt(policies, known, this.workspace.fileOf(uri), offset);
    if (!found) return null;
    return {
      contents: { kind: "markdown" as const, value: found.text },
      range: toRange(found.span, this.workspace),
    };
  }

  /** From a finding to the places that explain it, such as the covering rule. */
  async definition(uri: string, position: Position) {
    await this.settled();
    const offset = this.documents.get(uri)?.offsetAt(position);
    if (offset === undefined) return null;
    const found = this.workspace.findingsAt(this.workspace.fileOf(uri), offset, offset);
    const spans = found.flatMap(({ notes = [] }) => notes.flatMap(({ span }) => span ?? []));
    return spans.map((span) => toLocation(span, this.workspace));
  }

  async codeActions(uri: string, range: { start: Position; end: Position }) {
    await this.settled();
    const document = this.documents.get(uri);
    if (!document) return null;
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    const found = this.workspace.findingsAt(this.workspace.fileOf(uri), start, end);
    return found.flatMap((each) => toCodeAction(each, this.workspace) ?? []);
  }
}
