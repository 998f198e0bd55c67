/** Exit codes, the same for every command. `findings`: the answer is no (a finding, a deny, a mismatch). */
export const EXIT = { ok: 0, findings: 1, usage: 2 } as const;
