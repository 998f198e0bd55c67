/** JSON that is safe for terminals: control and format characters, which occur only in strings, become `\u` escapes. */
export function printableJson(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (text) => {
    if (text === "\n") return text;
    const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}
