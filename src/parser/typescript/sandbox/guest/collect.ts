/** Run in the sandbox after a policy file: what leaves it, as text. */
import { Document, documents } from "../../../../dsl/document.js";
import { Node, lastLoop, throwSite } from "../../../../dsl/node.js";

let reported = 0;

/** The documents that a module exports, and those that were made since the last call, exported or not. */
export function collect(exports: Readonly<Record<string, unknown>>): string {
  const values = Object.values(exports).flatMap((value) =>
    Array.isArray(value) ? (value as unknown[]) : [value],
  );
  const exported = values.filter((value) => value instanceof Document && Node.isNode(value));
  const made = documents.slice(reported).map((document) => {
    const { id, name, site, caller } = Node.plain(document) as Record<string, unknown>;
    return { id, name: typeof name === "string" ? name.slice(0, 253) : null, site, caller };
  });
  reported = documents.length;
  return JSON.stringify({ exported, made }, plain);
}

function plain(_key: string, value: unknown): unknown {
  return Node.plain(value);
}

/** A thrown value as text; reading it may itself throw. */
export function describe(thrown: unknown): string {
  const site = throwSite(thrown);
  const read = (key: string): string | undefined => {
    try {
      const value = (thrown as Record<string, unknown>)[key];
      return typeof value === "string" ? value.slice(0, 4000) : undefined;
    } catch {
      return undefined;
    }
  };
  const text =
    (typeof thrown === "object" && thrown !== null) || typeof thrown === "function"
      ? "an object"
      : String(thrown).slice(0, 200);
  return JSON.stringify({
    name: read("name"),
    message: read("message"),
    stack: read("stack"),
    text,
    site,
    loop: lastLoop(),
  });
}
