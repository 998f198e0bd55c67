/** The result of a file with the same text and another path. Results are plain data, and their spans name the file. */
export function copiedTo<T>(path: string, from: string, result: T): T {
  return new Copier(path, from).copy(result) as T;
}

class Copier {
  /** Rules have their policy's very own subject. */
  private shared: unknown;
  private sharedCopy: unknown;

  constructor(
    private readonly path: string,
    private readonly from: string,
  ) {}

  copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    return Array.isArray(value) ? value.map((item) => this.copy(item)) : this.object(value as Data);
  }

  private object(value: Data): Data {
    const { file, start, end } = value;
    // Labels may be called so too, but are text.
    if (file === this.from && typeof start === "number") return { file: this.path, start, end };
    const copy: Record<string, unknown> = {};
    for (const key in value) {
      const each = value[key];
      copy[key] = key === "subject" ? this.sharedObject(each) : this.copy(each);
    }
    return copy;
  }

  private sharedObject(value: unknown): unknown {
    if (this.shared !== value) {
      this.sharedCopy = this.copy(value);
      this.shared = value;
    }
    return this.sharedCopy;
  }
}

type Data = Readonly<Record<string, unknown>>;
