import type { Observation } from "../parser/parsed_file.js";
import type { Fix } from "../source/edit.js";
import type { Finding } from "./rule.js";

/** A finding about a default that the text leaves out, with the edits that write it. */
export function observedFinding(
  { span, edits }: Observation,
  { message, help }: { readonly message: string; readonly help: string },
): Finding {
  const fix: Fix | undefined = edits && { message: help, edits, safe: true };
  return { span, message, help, ...(fix && { fix }) };
}
