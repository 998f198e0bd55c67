import { overview } from "../../services/overview.js";
import { isError } from "../../source/diagnostic.js";
import { nearestName } from "../../source/nearest_name.js";
import { colorsFor } from "../../source/pretty.js";
import { answerableProject } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { printDiagnostics } from "../print_diagnostics.js";
import { serviceSettings } from "../service_settings.js";
import { servicesJson } from "./json.js";
import { servicesText } from "./text.js";

interface ServicesOptions {
  readonly node?: string;
  readonly format: "text" | "json";
  /** A path, or false for none. */
  readonly config?: string | false;
  readonly color: boolean;
}

export async function run(paths: readonly string[], options: ServicesOptions): Promise<number> {
  const { node, format, color } = options;
  const settings = await serviceSettings(options);
  if (!settings) return EXIT.usage;
  const project = await answerableProject("services", paths, { depends: "inventory" });
  if (!project) return EXIT.usage;
  const { inventory, sources } = project;
  const names = inventory.nodes.map(({ name }) => name);
  if (node !== undefined && !names.includes(node)) {
    const nearest = nearestName(node, names);
    const help = nearest ? `did you mean ${nearest}?` : "add the Node: kubectl get nodes -o yaml";
    return fail("services", `no node ${node} in the files`, { help });
  }
  const found = overview(inventory, settings, node);
  printDiagnostics(found.problems, sources, options);
  const text =
    format === "json"
      ? servicesJson(found, node, sources)
      : servicesText(found, node, colorsFor(process.stdout, color));
  process.stdout.write(`${text}\n`);
  return found.problems.some(isError) ? EXIT.findings : EXIT.ok;
}
