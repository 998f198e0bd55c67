export type TokenKind =
  | "stream-end"
  | "version-directive"
  | "tag-directive"
  | "document-start"
  | "document-end"
  | "block-sequence-start"
  | "block-mapping-start"
  | "block-end"
  | "["
  | "]"
  | "{"
  | "}"
  | ","
  | "-"
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export type ScalarStyle = "plain" | "quoted" | "block";

/** One token of YAML, with its range in the document's text. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** The value of a scalar, the name of an anchor or alias, the handle of a tag, what a directive says first. */
  readonly value: string;
  /** The rest of a tag, or what a directive says second. */
  readonly suffix: string;
  readonly style: ScalarStyle;
}

export function token(kind: TokenKind, start: number, end: number, value = "", suffix = ""): Token {
  return { kind, start, end, value, suffix, style: "plain" };
}

export function scalarToken(start: number, end: number, value: string, style: ScalarStyle): Token {
  return { kind: "scalar", start, end, value, suffix: "", style };
}
