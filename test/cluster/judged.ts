/** Were connections judged by policies that were in force, and never by an older one again? */

/** One of a policy's versions, with the ports that it allows. */
export interface Step {
  readonly ports: readonly number[];
  /** Milliseconds: nobody can have known of it before. */
  readonly sent: number;
}

/** A connection that was made. It was judged some time between. */
export interface Answered {
  readonly port: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A connection shows that a step was in force while it was made: the first one, not older than what earlier connections have
 * shown, that allows its port. One that no such step allows was judged by a policy that had not been made yet, or had been
 * replaced already.
 */
export function judge(
  steps: readonly Step[],
  answered: readonly Answered[],
): { readonly stray: readonly Answered[]; readonly newest: number } {
  const shown: { readonly end: number; readonly step: number }[] = [];
  const stray: Answered[] = [];
  for (const each of [...answered].sort((a, b) => a.end - b.end)) {
    const from = Math.max(0, ...shown.filter(({ end }) => end < each.start).map(({ step }) => step));
    const step = steps.findIndex(
      ({ ports, sent }, i) => i >= from && ports.includes(each.port) && sent <= each.end,
    );
    if (step < 0) stray.push(each);
    else shown.push({ end: each.end, step });
  }
  return { stray, newest: Math.max(-1, ...shown.map(({ step }) => step)) };
}
