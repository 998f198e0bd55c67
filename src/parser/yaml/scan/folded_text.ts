/** The value of a scalar whose lines are folded: one line break is a space, of more the first is left out. */
export class FoldedText {
  private value = "";
  private firstBreak = "";
  private moreBreaks = "";

  /** True between a line break and the next character that is none and no blank. */
  endsInBreak = false;

  get text(): string {
    return this.value;
  }

  add(part: string): void {
    this.flush();
    this.value += part;
  }

  lineBreak(written: string): void {
    if (this.endsInBreak) this.moreBreaks += written;
    else this.firstBreak = written;
    this.endsInBreak = true;
  }

  /** A line break that stands for nothing: that of a line which ends in a backslash. */
  joinLines(): void {
    this.flush();
    this.endsInBreak = true;
    this.firstBreak = "";
  }

  flush(): void {
    if (!this.endsInBreak) return;
    const { firstBreak, moreBreaks } = this;
    if (firstBreak === "\n") this.value += moreBreaks === "" ? " " : moreBreaks;
    else this.value += firstBreak + moreBreaks;
    this.firstBreak = "";
    this.moreBreaks = "";
    this.endsInBreak = false;
  }
}
