/** The verdict log of an instance that an agent keeps: the agent reads the kernel's ring, and hands on what it read. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Failure } from "../node/failure.js";
import { runDir } from "../node/run_dir.js";
import type { FollowOptions, Followed } from "./follow.js";
import { readLogLine } from "./line.js";
import type { LogRecord } from "./record.js";

export function agentSocket(instance: string): string {
  return join(runDir(instance), "verdicts.sock");
}

/** The last records and, unless `once`, those that come. undefined: no agent reads the log of this instance. */
export async function followAgent(
  instance: string,
  onRecord: (record: LogRecord, instance: string) => void,
  { onLost, once }: FollowOptions = {},
  path = agentSocket(instance),
): Promise<Followed | undefined> {
  const socket = await reach(path);
  if (!socket) return undefined;
  let asked = false;
  socket.write(`${JSON.stringify({ follow: once !== true })}\n`);
  createInterface({ input: socket, crlfDelay: Infinity })
    .on("line", (text) => {
      const line = asked ? undefined : readLogLine(text);
      if (line?.kind === "record") onRecord(line.record, instance);
      if (line?.kind === "lost") onLost?.(line.lost, instance);
    })
    .on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  const ended = closed.then((): readonly Failure[] =>
    asked || once
      ? []
      : [{ error: `the agent of ${instance} has ended`, help: "follow its log again when it is back" }],
  );
  const stop = async () => {
    asked = true;
    socket.destroy();
    await closed;
  };
  return { stop, ended };
}

function reach(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.on("error", () => resolve(undefined));
  });
}
