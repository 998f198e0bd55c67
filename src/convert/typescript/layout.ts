/**
 * Lays out expressions as prettier does at 110 columns: on one line if they fit, otherwise broken from the outside in. A
 * chain of three or more calls has one call per line if it does not fit, or if an argument is not simple.
 */
import { keyText } from "./expression.js";
import type { Call, Expression } from "./expression.js";

export const COLUMNS = 110;

/** Where an expression begins, and what must follow it on its last line. */
interface Place {
  readonly indent: number;
  readonly column: number;
  /** Columns after it up to the next place where the line may break. */
  readonly tail: number;
}

/** @param column where it begins; the lines after the first are indented by `indent` */
export function layOut(expression: Expression, indent: number, column: number, tail = 1): string {
  return write(expression, { indent, column, tail });
}

function write(expression: Expression, place: Place): string {
  const line = onOneLine(expression);
  if (line !== undefined && place.column + line.length + place.tail <= COLUMNS) return line;
  return opened(expression, place);
}

/** Undefined where it cannot be on one line. */
function onOneLine(expression: Expression): string | undefined {
  switch (expression.kind) {
    case "text":
      return expression.text;
    case "commented":
      return undefined;
    case "list": {
      const items = joined(expression.items);
      return hasLongItems(expression.items) || items === undefined ? undefined : `[${items}]`;
    }
    case "fields": {
      if (expression.fields.length === 0) return "{}";
      const values = expression.fields.map(([key, value]) => [keyText(key), onOneLine(value)] as const);
      if (expression.open || values.some(([, value]) => value === undefined)) return undefined;
      return `{ ${values.map(([key, value]) => `${key}: ${value}`).join(", ")} }`;
    }
    case "calls": {
      const calls = expression.calls.map(({ name, arguments: args }) => [name, joined(args)] as const);
      if (isLong(expression.calls) || calls.some(([, args]) => args === undefined)) return undefined;
      return calls.map(([name, args]) => `${name}(${args})`).join(".");
    }
  }
}

function joined(expressions: readonly Expression[]): string | undefined {
  const texts = expressions.map(onOneLine);
  return texts.includes(undefined) ? undefined : texts.join(", ");
}

/** Several objects with several fields each. */
function hasLongItems(items: readonly Expression[]): boolean {
  return items.length > 1 && items.every((item) => item.kind === "fields" && item.fields.length > 1);
}

function isLong(calls: readonly Call[]): boolean {
  return calls.length > 2 && calls.some((call) => !call.arguments.every(isPlain));
}

function isPlain(argument: Expression): boolean {
  switch (argument.kind) {
    case "text":
      return true;
    case "commented":
      return false;
    case "list":
      return argument.items.every(({ kind }) => kind === "text");
    case "fields":
      return false;
    case "calls":
      return argument.calls.length === 1 && argument.calls[0]!.arguments.every(({ kind }) => kind === "text");
  }
}

function opened(expression: Expression, place: Place): string {
  switch (expression.kind) {
    case "text":
      return expression.text;
    case "commented":
      return opened(expression.value, place);
    case "list":
      return bracketed(
        "[",
        expression.items.map((item) => ["", item] as const),
        "]",
        place.indent,
      );
    case "fields": {
      const fields = expression.fields.map(([key, value]) => [`${keyText(key)}: `, value] as const);
      return bracketed("{", fields, "}", place.indent);
    }
    case "calls":
      return expression.calls.length > 2
        ? oneCallALine(expression.calls, place)
        : chain(expression.calls, place);
  }
}

function bracketed(
  open: string,
  items: readonly (readonly [before: string, item: Expression])[],
  close: string,
  indent: number,
): string {
  const inner = indent + 2;
  const margin = " ".repeat(inner);
  const lines = items.map(([before, item]) => {
    const [comment, plain] = item.kind === "commented" ? [item.lines, item.value] : [[], item];
    const value = write(plain, { indent: inner, column: inner + before.length, tail: 1 });
    return `${comment.map((line) => `${margin}// ${line}\n`).join("")}${margin}${before}${value},\n`;
  });
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

function oneCallALine([first, ...more]: readonly Call[], { indent, column, tail }: Place): string {
  const inner = indent + 2;
  const start = `${first!.name}${args(first!, { indent, column: column + first!.name.length, tail: 0 })}`;
  return more.reduce((before, call, index) => {
    const place = {
      indent: inner,
      column: inner + 1 + call.name.length,
      tail: index === more.length - 1 ? tail : 0,
    };
    return `${before}\n${" ".repeat(inner)}.${call.name}${args(call, place)}`;
  }, start);
}

function chain(calls: readonly Call[], { indent, column, tail }: Place): string {
  return calls.reduce((before, call, index) => {
    const dotted = index === 0 ? call.name : `.${call.name}`;
    const text = before + dotted;
    const end = text.slice(text.lastIndexOf("\n") + 1).length + (text.includes("\n") ? 0 : column);
    const next = calls[index + 1];
    return text + args(call, { indent, column: end, tail: next ? next.name.length + 2 : tail });
  }, "");
}

/** The arguments in parentheses. A last list or object is broken in place if its bracket fits. */
function args({ arguments: list }: Call, { indent, column, tail }: Place): string {
  const line = joined(list);
  if (line !== undefined && column + line.length + 2 + tail <= COLUMNS) return `(${line})`;
  const last = list.at(-1);
  const others = joined(list.slice(0, -1));
  if (last && others !== undefined && isOpenable(last) && list.at(-2)?.kind !== last.kind) {
    const before = others === "" ? "(" : `(${others}, `;
    if (column + before.length + 1 <= COLUMNS)
      return `${before}${opened(last, { indent, column: column + before.length, tail: tail + 1 })})`;
  }
  return bracketed(
    "(",
    list.map((item) => ["", item] as const),
    ")",
    indent,
  );
}

function isOpenable(expression: Expression): boolean {
  if (expression.kind === "list") return expression.items.length > 0;
  return expression.kind === "fields" && expression.fields.length > 0;
}
