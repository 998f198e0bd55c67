import { expect } from "vitest";

export interface ComparedOutcome {
  readonly allow: boolean;
  readonly logged: boolean;
  readonly rule: string | number;
}

/** Says where two outcomes differ. Of millions that do not, `expect` would take most of a test's time. */
export function expectSame(got: ComparedOutcome, wanted: ComparedOutcome, where: () => string): void {
  const equal = got.allow === wanted.allow && got.logged === wanted.logged && got.rule === wanted.rule;
  const shown = ({ allow, logged, rule }: ComparedOutcome) => ({ allow, logged, rule });
  if (!equal) expect(shown(got), where()).toEqual(shown(wanted));
}
