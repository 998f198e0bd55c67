/** Characters that no plain scalar begins with, or only before certain others. All are ASCII. */
const INDICATORS = new Uint8Array(128);
for (const char of "-?:,[]{}#&*!|>'\"%@`") INDICATORS[char.charCodeAt(0)] = 1;

export function isIndicator(code: number): boolean {
  return code < 128 && INDICATORS[code] === 1;
}
