/** Placeholders that a tool replaces before the API server sees them. */
import { entriesOf, get } from "../yaml/node.js";
import type { MappingNode, Node, Range } from "../yaml/node.js";

/** `${NAME}` and `${NAME:=default}` of Flux and envsubst, `${{NAME}}` of OpenShift, `{{ name }}` of Helm and Jinja. */
const PLACEHOLDER = /\$\{[A-Za-z_]|\{\{/;

export function hasPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/** In one key or value. */
export function isPlaceholder(at: Range | Node): boolean {
  return "type" in at && at.type === "string" && hasPlaceholder(at.value);
}

/** The first placeholder in the names and labels of an object and its pods, which nothing else checks. */
export function placeholderOfNames(root: MappingNode): Node | undefined {
  const spec = get(root, "spec");
  const templates = [get(spec, "template"), get(get(get(spec, "jobTemplate"), "spec"), "template")];
  for (const metadata of [root, ...templates].map((each) => get(each, "metadata"))) {
    const labels = entriesOf(get(metadata, "labels"));
    const written = [get(metadata, "name"), get(metadata, "namespace"), ...labels.map(({ value }) => value)];
    const found = written.find((node) => node && isPlaceholder(node));
    if (found) return found;
  }
  return undefined;
}
