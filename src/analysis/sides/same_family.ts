/** Two ends can talk: their addresses are of one family, or one is not known. */
export function sameFamily(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a.includes(":") === b.includes(":");
}
