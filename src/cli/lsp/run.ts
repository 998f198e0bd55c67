import { createConnection } from "vscode-languageserver/node";
import { serve } from "../../lsp/server.js";
import { packageVersion } from "../../source/package_root.js";
import { EXIT } from "../exit.js";
import { lintProject } from "./lint_project.js";

/** Serves until the editor disconnects. */
export async function run(): Promise<number> {
  serve(createConnection(process.stdin, process.stdout), lintProject, packageVersion());
  return EXIT.ok;
}
