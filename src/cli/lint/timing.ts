/** Where a run of the linter spent its time. */
export class Timing {
  private readonly start = performance.now();
  private readonly spent = new Map<string, number>();

  elapsed(): number {
    return performance.now() - this.start;
  }

  add(part: string, milliseconds: number): void {
    this.spent.set(part, (this.spent.get(part) ?? 0) + milliseconds);
  }

  /** Milliseconds, longest first. Shared work counts for the first rule that needs it. */
  table(): string {
    const parts = [...this.spent].sort((a, b) => b[1] - a[1]);
    const rows = [...parts, ["total", this.elapsed()] as const];
    return rows.map(([part, ms]) => `${ms.toFixed(1).padStart(9)} ms  ${part}`).join("\n");
  }
}
