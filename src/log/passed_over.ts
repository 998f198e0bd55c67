/**
 * Records that a reader took out of the kernel's ring and did not show, kept for the next one. The ring hands a record over
 * once, so a filter would lose what it leaves out. Only root can read the file, and its size has a bound: the oldest go.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import { takeLock } from "../node/lock.js";
import { runDir, writeWhole } from "../node/run_dir.js";
import type { LogRecord } from "./record.js";

/** Some 2 MB. */
const MOST = 4096;
/** What a killed reader may lose. */
const WRITE_EVERY_MS = 1000;
const VERSION = 1;

/** One reader's, from when it opens them to when it closes them: there is one reader of an instance at a time. */
export class PassedOver {
  private changed = false;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private records: LogRecord[],
    private readonly unlock: () => void,
  ) {
    this.timer = setInterval(() => this.write(), WRITE_EVERY_MS).unref();
  }

  static open(instance: string, directory = runDir(instance)): PassedOver | Failure {
    const unlock = takeLock(join(directory, "logs.lock"), "reads the log of this instance");
    if (isFailure(unlock)) return unlock;
    const path = join(directory, "passed-over.json");
    return new PassedOver(path, read(path), unlock);
  }

  /** Those that are asked for, oldest first, until `take` wants no more; they are gone then. */
  take(isAsked: (record: LogRecord) => boolean, take: (record: LogRecord) => boolean): void {
    let open = true;
    this.records = this.records.filter((record) => {
      if (!open || !isAsked(record)) return true;
      open = take(record);
      this.changed = true;
      return false;
    });
  }

  add(record: LogRecord): void {
    this.records.push(record);
    if (this.records.length > 2 * MOST) this.records = this.records.slice(-MOST);
    this.changed = true;
  }

  close(): void {
    clearInterval(this.timer);
    this.write();
    this.unlock();
  }

  private write(): void {
    // An instance that was removed meanwhile stays away.
    if (!this.changed || !existsSync(dirname(this.path))) return;
    this.changed = false;
    const records = this.records.slice(-MOST);
    if (records.length === 0) rmSync(this.path, { force: true });
    else writeWhole(this.path, JSON.stringify({ version: VERSION, records }));
  }
}

function read(path: string): LogRecord[] {
  try {
    const { version, records } = JSON.parse(readFileSync(path, "utf8")) as {
      version: number;
      records: LogRecord[];
    };
    return version === VERSION ? records : [];
  } catch {
    return [];
  }
}
