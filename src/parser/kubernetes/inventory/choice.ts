/** A field that has one of a few words. */
import { quoted } from "../../quoted.js";
import { textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";
import { nearestName } from "../../../source/nearest_name.js";
import type { ObjectReport } from "../object_report.js";

/** undefined: absent, empty, or another word, which is reported. */
export function choice<T extends string>(
  node: Node | undefined,
  path: string,
  allowed: readonly T[],
  report: ObjectReport,
): T | undefined {
  const text = textOf(node);
  if (!node || text === undefined || text === "") return undefined;
  const found = allowed.find((each) => each === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, allowed);
  report.error("invalid-value", node, path, `${quoted(text)} is none of its values`, {
    help: nearest
      ? `did you mean \`${nearest}\`?`
      : `write ${allowed.join(", ").replace(/, ([^,]*)$/, " or $1")}`,
  });
  return undefined;
}
