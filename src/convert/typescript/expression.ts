/** The subset of TypeScript that policy files use. */
import { printable } from "../../source/printable.js";

export type Expression = Text | List | Fields | Calls | Commented;

/** A name, a member such as `shop.web`, or a literal. */
export interface Text {
  readonly kind: "text";
  readonly text: string;
}

export interface List {
  readonly kind: "list";
  readonly items: readonly Expression[];
}

export interface Fields {
  readonly kind: "fields";
  readonly fields: readonly (readonly [key: string, value: Expression])[];
  /** One field per line, even if one line would do. */
  readonly open: boolean;
}

/** `a(x).b(y)`: the first call has no object. */
export interface Calls {
  readonly kind: "calls";
  readonly calls: readonly Call[];
}

export interface Call {
  readonly name: string;
  readonly arguments: readonly Expression[];
}

/** An item of a list, with lines of comment above it. */
export interface Commented {
  readonly kind: "commented";
  readonly lines: readonly string[];
  readonly value: Expression;
}

export function text(name: string): Text {
  return { kind: "text", text: name };
}

/** A string literal. No value can end it or disguise itself. */
export function string(value: string): Text {
  return text(printable(JSON.stringify(value)));
}

export function list(items: readonly Expression[]): List {
  return { kind: "list", items };
}

export function fields(entries: Fields["fields"], open = false): Fields {
  return { kind: "fields", fields: entries, open };
}

export function call(name: string, ...args: readonly Expression[]): Calls {
  return { kind: "calls", calls: [{ name, arguments: args }] };
}

export function chained(before: Calls, name: string, ...args: readonly Expression[]): Calls {
  return { kind: "calls", calls: [...before.calls, { name, arguments: args }] };
}

/** `object.key`, or `object["key"]` where the key is no name. */
export function member(object: string, key: string): Text {
  return text(isName(key) ? `${object}.${key}` : `${object}[${string(key).text}]`);
}

/** A key as an object literal has it. */
export function keyText(key: string): string {
  return isName(key) ? key : string(key).text;
}

function isName(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key);
}
