/** What the API requires of an object's fields besides their types. */
import type { OneOf } from "../../source/codes.js";
import { get, itemsOf } from "../yaml/node.js";
import type { Node } from "../yaml/node.js";
import type { ObjectReport } from "./object_report.js";

/** The value of a field; undefined, after reporting it, if it is absent. */
export function requiredField(
  node: Node,
  field: string,
  path: string,
  report: ObjectReport,
  help = `add \`${field}\``,
): Node | undefined {
  const value = get(node, field);
  const fieldPath = path === "" ? field : `${path}.${field}`;
  if (!value && report.readable(node))
    report.error("missing-field", node, fieldPath, "this field is required", { help });
  return value;
}

/**
 * The field that is set, if the API requires exactly one; undefined, after reporting it, if that is not so.
 * @param what the word for the object in codes and messages, such as "peer"
 */
export function oneField<Field extends string>(
  node: Node,
  fields: readonly Field[],
  what: OneOf,
  path: string,
  report: ObjectReport,
): Field | undefined {
  const set = fields.filter((field) => get(node, field) !== undefined);
  if (set.length === 1) return set[0];
  if (!report.readable(node)) return undefined;
  if (set.length === 0)
    report.error(`empty-${what}`, node, path, `a ${what} needs one of ${fields.join(", ")}`, {
      help: `add \`${fields[0]}\``,
    });
  else
    report.error(`mixed-${what}`, node, path, `a ${what} can have only one field, not ${set.join(" and ")}`, {
      // A subject is not in a list.
      help: what === "subject" ? "remove one of the two" : "split them into two entries, or remove one",
    });
  return undefined;
}

/** Reports a list with too few or too many entries. */
export function checkLength(list: Node, path: string, min: 0 | 1, max: number, report: ObjectReport): void {
  if (list.type !== "sequence") return;
  const { length } = itemsOf(list);
  if (length < min)
    report.error("empty-list", list, path, "an empty list is not allowed here", {
      help: "list at least one entry",
    });
  if (length > max)
    report.error("too-many-entries", list, path, `${length} entries, but at most ${max} are allowed`, {
      help: "split the list and the object that contains it",
    });
}
