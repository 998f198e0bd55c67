/** Collections in brackets that end in their line, of words and quoted texts; undefined for any other. */
import type { Entry, Node } from "./node.js";
import { plainScalar } from "./plain_scalar.js";

const WORD = /[A-Za-z0-9/][A-Za-z0-9_./-]*/y;
const QUOTED = /"[^"\\\r\n]*"|'[^'\r\n]*'(?!')/y;
const DEEPEST = 20;

export function readPlainFlow(text: string, start: number, end: number): Node | undefined {
  const node = new PlainFlow(text).collection(start, 0);
  return node && node.end <= end ? node : undefined;
}

class PlainFlow {
  constructor(private readonly text: string) {}

  collection(start: number, depth: number): Node | undefined {
    if (depth > DEEPEST) return undefined;
    return this.text[start] === "[" ? this.sequence(start, depth) : this.mapping(start, depth);
  }

  private sequence(start: number, depth: number): Node | undefined {
    const items: Node[] = [];
    let size = 1;
    let at = this.skip(start + 1);
    while (this.text[at] !== "]") {
      const item = this.value(at, depth);
      if (!item) return undefined;
      items.push(item);
      size += sizeOfOne(item);
      at = this.behind(item.end, "]");
      if (at < 0) return undefined;
    }
    return { type: "sequence", start, end: at + 1, items, size };
  }

  private mapping(start: number, depth: number): Node | undefined {
    const entries: Entry[] = [];
    let size = 1;
    let at = this.skip(start + 1);
    while (this.text[at] !== "}") {
      const keyRange = this.scalar(at);
      if (keyRange?.type !== "string" || !this.text.startsWith(": ", keyRange.end)) return undefined;
      const key = keyRange.value;
      const value = this.value(this.skip(keyRange.end + 1), depth);
      if (!value || entries.some((entry) => entry.key === key)) return undefined;
      entries.push({ key, keyRange, value });
      size += 1 + sizeOfOne(value);
      at = this.behind(value.end, "}");
      if (at < 0) return undefined;
    }
    return { type: "mapping", start, end: at + 1, entries, size };
  }

  private value(at: number, depth: number): Node | undefined {
    const first = this.text[at];
    return first === "[" || first === "{" ? this.collection(at, depth + 1) : this.scalar(at);
  }

  private scalar(start: number): Node | undefined {
    QUOTED.lastIndex = start;
    const quoted = QUOTED.exec(this.text)?.[0];
    if (quoted !== undefined)
      return { type: "string", value: quoted.slice(1, -1), start, end: start + quoted.length };
    WORD.lastIndex = start;
    const word = WORD.exec(this.text)?.[0];
    if (word === undefined) return undefined;
    const { type, value } = plainScalar(word);
    return type === "float" ? undefined : ({ type, value, start, end: start + word.length } as Node);
  }

  /** The place of the next entry or of the closing bracket; -1 if neither follows. */
  private behind(end: number, closer: string): number {
    const at = this.skip(end);
    if (this.text[at] === closer) return at;
    return this.text[at] === "," && this.text[this.skip(at + 1)] !== "," ? this.skip(at + 1) : -1;
  }

  private skip(from: number): number {
    let at = from;
    while (this.text[at] === " ") at++;
    return at;
  }
}

function sizeOfOne(node: Node): number {
  return node.type === "sequence" || node.type === "mapping" ? node.size : 1;
}
