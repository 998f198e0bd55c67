/** C without its comments, white space made one space: what the compiler gets to see. Understands strings and line splices. */
export function codeOf(text: string): string {
  const spliced = withoutTrigraphs(text).replaceAll(/\\[ \t]*\n/g, "");
  let code = "";
  for (let at = 0; at < spliced.length;) {
    const [end, kept] = nextToken(spliced, at);
    code += kept;
    at = end;
  }
  return code.replaceAll(/\s+/g, " ").trim();
}

/** The end of the comment, string or character at `at`, and what of it is code. */
function nextToken(text: string, at: number): readonly [number, string] {
  const two = text.slice(at, at + 2);
  if (two === "/*") {
    const close = text.indexOf("*/", at + 2);
    if (close < 0) throw new Error("a comment does not end");
    if (text.slice(at + 2, close).includes("/*")) throw new Error("a comment opens inside a comment");
    return [close + 2, " "];
  }
  if (two === "//") {
    const close = text.indexOf("\n", at);
    return [close < 0 ? text.length : close, " "];
  }
  if (text[at] === '"') {
    const string = /^"(?:[^"\\\n]|\\.)*"/.exec(text.slice(at))?.[0];
    if (string === undefined) throw new Error("a string does not end");
    return [at + string.length, string];
  }
  return [at + 1, text[at]!];
}

/** The two that matter here: `??/` is a backslash in C before C23, `??'` and the others only stand in code. */
function withoutTrigraphs(text: string): string {
  return text.replaceAll("??/", "\\");
}
