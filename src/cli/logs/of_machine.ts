/** The log of this machine's instances: of the agent that reads one, else of the kernel. */
import { followAgent } from "../../log/agent_stream.js";
import { followVerdicts } from "../../log/follow.js";
import type { Followed } from "../../log/follow.js";
import { PassedOver } from "../../log/passed_over.js";
import type { LogRecord } from "../../log/record.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import type { LogsOptions } from "./logs_options.js";
import { shown } from "./shown.js";
import type { Shown } from "./shown.js";

/** Ends on SIGINT and SIGTERM, after `count` records, when the reader of our output leaves, or when every stream ended. */
export async function logsOfMachine(names: readonly string[], options: LogsOptions): Promise<number> {
  const out = shown(options);
  const streams: Followed[] = [];
  const stop = () => streams.forEach((stream) => void stream.stop());
  const show = (record: LogRecord) => {
    if (!out.show(record)) stop();
  };
  const followOptions = { once: options.once, onLost: lostOf(out) };
  const ofKernel: string[] = [];
  for (const name of names) {
    const stream = await followAgent(name, (record) => out.asked(record) && show(record), followOptions);
    if (stream) streams.push(stream);
    else ofKernel.push(name);
  }
  const kernel = new KernelLogs(ofKernel, out, show);
  try {
    kernel.showKept();
    if (out.left > 0) streams.push(kernel.follow(followOptions));
    process.on("SIGINT", stop).on("SIGTERM", stop);
    process.stdout.on("error", stop);
    if (out.left <= 0) stop();
    const failures = (await Promise.all(streams.map(({ ended }) => ended))).flat();
    for (const failure of failures) fail("logs", failure.error, failure);
    return failures.length > 0 || kernel.failures.length > 0 ? EXIT.usage : EXIT.ok;
  } finally {
    kernel.close();
  }
}

const lostOf = (out: Shown) => (lost: Parameters<Shown["lost"]>[0], instance: string) =>
  out.lost(lost, instance, "instance");

/** What a filter does not show is kept for the next reader: the kernel's ring hands a record over once. */
class KernelLogs {
  readonly failures: Failure[] = [];
  private readonly passedOver = new Map<string, PassedOver>();

  constructor(
    names: readonly string[],
    private readonly out: Shown,
    private readonly show: (record: LogRecord) => void,
  ) {
    for (const name of names) {
      const opened = PassedOver.open(name);
      if (!isFailure(opened)) this.passedOver.set(name, opened);
      else {
        fail("logs", opened.error, opened);
        this.failures.push(opened);
      }
    }
  }

  showKept(): void {
    for (const records of this.passedOver.values())
      records.take(
        (record) => this.out.asked(record),
        (record) => this.out.show(record),
      );
  }

  follow(options: Parameters<typeof followVerdicts>[2]): Followed {
    const take = (record: LogRecord, instance: string) => {
      if (this.out.asked(record)) this.show(record);
      else this.passedOver.get(instance)!.add(record);
    };
    return followVerdicts([...this.passedOver.keys()], take, options);
  }

  close(): void {
    for (const records of this.passedOver.values()) records.close();
  }
}
