/** Metrics in the text format of Prometheus. */

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "summary";
  readonly values: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of a summary. */
  readonly suffix?: "_sum" | "_count";
}

export function one(name: string, type: Metric["type"], help: string, value: number): Metric {
  return { name, type, help, values: [{ value }] };
}

/** A value for each value of one label. */
export function labelled(
  name: string,
  type: Metric["type"],
  help: string,
  label: string,
  values: readonly (readonly [string, number])[],
): Metric {
  return { name, type, help, values: values.map(([text, value]) => ({ labels: { [label]: text }, value })) };
}

export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, type, values }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...values.map(
          ({ labels = {}, value, suffix = "" }) => `${name}${suffix}${labelsText(labels)} ${value}`,
        ),
        "",
      ].join("\n"),
    )
    .join("");
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** How long something took, as a histogram. */
export class Durations {
  private readonly counts: number[];
  private sum = 0;
  private count = 0;

  /** @param bounds seconds, ascending */
  constructor(private readonly bounds: readonly number[]) {
    this.counts = bounds.map(() => 0);
  }

  add(seconds: number): void {
    this.sum += seconds;
    this.count++;
    for (const [i, bound] of this.bounds.entries()) if (seconds <= bound) this.counts[i]!++;
  }

  text(name: string, help: string): string {
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} histogram`,
      ...this.bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${this.counts[i]}`),
      `${name}_bucket{le="+Inf"} ${this.count}`,
      `${name}_sum ${this.sum}`,
      `${name}_count ${this.count}`,
      "",
    ].join("\n");
  }
}
