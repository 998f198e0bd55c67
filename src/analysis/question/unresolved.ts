/** Why a text cannot be resolved. `similar` lists names that may have been meant. */
export interface Unresolved {
  readonly message: string;
  readonly similar: readonly string[];
}

export function unresolved(message: string, similar: readonly string[] = []): Unresolved {
  return { message, similar };
}

/** At most five of the names, the likeliest first: by the letter pairs that they share with the text. */
export function nearNames(text: string, names: Iterable<string>): readonly string[] {
  const wanted = pairsOf(text);
  const scored = [...new Set(names)].map((name) => {
    const pairs = pairsOf(name);
    const shared = [...pairs].filter((pair) => wanted.has(pair)).length;
    return { name, score: shared / (pairs.size + wanted.size - shared) };
  });
  const enough = Math.max(0.2, 0.7 * Math.max(...scored.map(({ score }) => score)));
  return scored
    .filter(({ score }) => score >= enough)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name);
}

function pairsOf(text: string): ReadonlySet<string> {
  const padded = ` ${text.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2)));
}
