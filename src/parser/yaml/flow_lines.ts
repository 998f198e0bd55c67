/**
 * Lines of a flow collection or a quoted scalar that stand further left than YAML 1.2 wants, such as a closing bracket
 * under the key of its list. The API's own parser, and most others, take them as they are.
 */
import type { Range } from "./node.js";

/** The text with each such line made a part of the line before it, every other character at its place. */
export function joinFlowLines(text: string): string {
  let joined = "";
  let at = 0;
  for (const { start, end } of new FlowLines(text).find()) {
    joined += text.slice(at, start) + " ".repeat(end - start);
    at = end;
  }
  return joined + text.slice(at);
}

/** Reads no more of YAML than tells where quotes and brackets begin and end. */
class FlowLines {
  /** What is between a line that stands too far left and what comes before it: line breaks, blanks and comments. */
  private readonly gaps: Range[] = [];
  private at = 0;
  /** The column that lines of a value have to be beyond. */
  private column = 0;

  constructor(private readonly text: string) {}

  find(): readonly Range[] {
    while (this.at < this.text.length) this.blockLine();
    return this.gaps;
  }

  private blockLine(): void {
    const indicators = this.skip(/(?:[ \t]*[-?](?=[ \t]))*/y);
    const own = this.skip(/[ \t]*/y);
    // A value that begins its line belongs to the dash before it, or to a line above.
    this.column = indicators === "" ? own.length - 1 : indicators.length - 1;
    for (;;) {
      this.skip(/(?:[&!][^\s]*[ \t]+)*/y);
      const char = this.text[this.at];
      if (char === '"' || char === "'") this.quoted(char);
      else if (char === "[" || char === "{") this.flow();
      else if (this.skip(/[|>][-+0-9]*[ \t]*(?:#.*)?(?=[\r\n]|$)/y) !== "") return this.blockScalar();
      // To the next value: what follows a colon, unless a comment comes before it.
      while (this.skip(/[^:#\r\n]+|:(?![ \t\r\n]|$)|(?<=\S)#/y) !== "");
      if (this.skip(/:[ \t]*/y) === "") break;
      this.column = indicators.length + own.length;
    }
    this.skip(/.*(?:\r\n|[^])?/y);
  }

  private blockScalar(): void {
    const { column } = this;
    this.skip(/\r\n|[^]/y);
    while (this.at < this.text.length) {
      const line = /( *)(.*)(?:\r\n|[^])?/y;
      line.lastIndex = this.at;
      const [all, indent, content] = line.exec(this.text)!;
      if (content!.trim() !== "" && indent!.length <= column) return;
      this.at += all.length;
    }
  }

  private quoted(quote: string): void {
    const part = quote === '"' ? /[^"\\\s]+|\\\S|\\/y : /[^'\s]+|''/y;
    this.at++;
    do this.gap(/\s*/y);
    while (this.skip(part) !== "");
    this.at++;
  }

  private flow(): void {
    let depth = 0;
    while (this.at < this.text.length) {
      this.gap(/\s*(?:(?<=\s)#.*\s*)*/y);
      const char = this.text[this.at] ?? "";
      if (char === '"' || char === "'") this.quoted(char);
      else if (/[[\]{},:]/.test(char)) {
        this.at++;
        if (char === "[" || char === "{") depth++;
        if ((char === "]" || char === "}") && --depth === 0) return;
      } else this.skip(/[^\s[\]{},:]+/y);
    }
  }

  /** Skips blanks and line breaks, and notes them if the line after them stands too far left. */
  private gap(pattern: RegExp): void {
    const start = this.at;
    const blanks = this.skip(pattern);
    const line = Math.max(blanks.lastIndexOf("\n"), blanks.lastIndexOf("\r")) + 1;
    if (line === 0) return;
    const indent = /^ */.exec(blanks.slice(line))![0].length;
    if (indent <= this.column && this.at < this.text.length) this.gaps.push({ start, end: start + line });
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}
