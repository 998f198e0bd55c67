/** Thrown out of what runs when the user wants it to end. */
export class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = "Interrupted";
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a task that looks at its signal between steps, so that what it made can be taken down in order: until it is done, none of
 * these signals ends the process.
 */
export async function interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (signal: NodeJS.Signals) => controller.abort(new Interrupted(signal));
  for (const signal of SIGNALS) process.on(signal, abort);
  try {
    return await task(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, abort);
  }
}
