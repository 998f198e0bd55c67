/** Observations of a service proxy: who asks what, and what came of it. The published file is of kube-proxy. */
import { CaseFileError, list, object, optional, string } from "../case_fields.js";

export interface Row {
  /** What the Service is like. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly expect: string;
  /** Whose address the server saw. */
  readonly sourceSeen?: string;
  readonly note?: string;
}

/** What tells one observation from another. */
export function rowKey({ name, from, to, protocol }: Row): string {
  return `${name} | ${from} | ${to} | ${protocol}`;
}

/** @throws CaseFileError */
export function parseRows(text: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CaseFileError("the file", `is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  return list(object(value, "the file")["rows"], "rows", (row, place) => {
    const fields = object(row, place, ["name", "from", "to", "protocol", "expect"], ["sourceSeen", "note"]);
    const text = (key: string) => string(fields[key], `${place}.${key}`);
    const sourceSeen = optional(fields["sourceSeen"], `${place}.sourceSeen`, string);
    const note = optional(fields["note"], `${place}.note`, string);
    return {
      ...{ name: text("name"), from: text("from"), to: text("to"), protocol: text("protocol") },
      expect: text("expect"),
      ...(sourceSeen !== undefined && { sourceSeen }),
      ...(note !== undefined && { note }),
    };
  });
}
