/** What the agent does with the verdict log of its node: it counts by policy, serves `polc logs`, and prints lines where it is told to. */
import type { Lost } from "../../log/event.js";
import { agentSocket } from "../../log/agent_stream.js";
import type { LogRecord } from "../../log/record.js";
import type { Failure } from "../../node/failure.js";
import { VerdictCounts } from "./verdict_counts.js";
import { VerdictLines } from "./verdict_lines.js";
import { VerdictReader } from "./verdict_reader.js";

export interface VerdictsOptions {
  readonly instance: string;
  readonly node: string;
  /** A state is in force, so there is a log. */
  readonly isInForce: () => boolean;
  readonly log: (text: string) => void;
  /** Gets every line. */
  readonly print?: (line: string) => void;
}

export class Verdicts {
  readonly counts = new VerdictCounts();
  private readonly lines = new VerdictLines();
  private readonly reader: VerdictReader;

  constructor(private readonly options: VerdictsOptions) {
    const { instance, isInForce, log } = options;
    const sink = {
      onRecord: (record: LogRecord) => this.take(record),
      onLost: (lost: Lost) => this.say({ lost, instance, node_name: options.node }),
    };
    this.reader = new VerdictReader(instance, sink, isInForce, log);
  }

  async start(): Promise<Failure | undefined> {
    const failure = await this.lines.serve(agentSocket(this.options.instance));
    if (!failure) this.reader.start();
    return failure;
  }

  async stop(): Promise<void> {
    await this.reader.stop();
    this.lines.stop();
  }

  private take(record: LogRecord): void {
    this.counts.add(record);
    this.say({ ...record, node_name: record.node_name ?? this.options.node });
  }

  private say(value: object): void {
    const line = `${JSON.stringify(value)}\n`;
    this.lines.add(line);
    this.options.print?.(line);
  }
}
