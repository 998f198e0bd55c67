/** Ends what is counted with the line that `make test` ends with too. */
export class Tally {
  private readonly counts = { passed: 0, failed: 0, skipped: 0 };

  report(what: string, result: "passed" | "failed" | "skipped", more = ""): void {
    this.counts[result]++;
    process.stdout.write(`${what}  ${result}${more && `  ${more}`}\n`);
  }

  end(): void {
    const { passed, failed, skipped } = this.counts;
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    process.exitCode = failed > 0 ? 1 : 0;
  }
}
