/**
 * The last lines of the verdict log, and who follows them: `polc logs` on this machine, on a socket that only root can use.
 *
 * A reader says `{"follow": true}` or `{"follow": false}`, and gets the lines that are kept; one that follows then gets every new one.
 * One that does not read in time loses its connection, so that it cannot hold the agent's memory.
 */
import type { Server, Socket } from "node:net";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { listen } from "../listen.js";

/** Some 1 MB. */
const KEPT = 2048;
const UNREAD_BYTES = 4 << 20;

export class VerdictLines {
  private kept: string[] = [];
  private readonly followers = new Set<Socket>();
  private server: Server | undefined;

  add(line: string): void {
    this.kept.push(line);
    if (this.kept.length >= 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    for (const follower of this.followers)
      if (follower.writableLength > UNREAD_BYTES) follower.destroy();
      else follower.write(line);
  }

  /** Resolves when it listens. */
  async serve(path: string): Promise<Failure | undefined> {
    const server = await listen(path, (socket) => this.answer(socket));
    if (isFailure(server)) return server;
    this.server = server;
    return undefined;
  }

  stop(): void {
    for (const follower of this.followers) follower.destroy();
    this.server?.close();
  }

  private answer(socket: Socket): void {
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("close", () => this.followers.delete(socket));
    socket.once("data", (text: string) => {
      const lines = this.kept.slice(-KEPT).join("");
      if (!follows(text)) return void socket.end(lines);
      socket.write(lines);
      this.followers.add(socket);
    });
  }
}

function follows(text: string): boolean {
  try {
    return (JSON.parse(text) as { follow?: unknown }).follow === true;
  } catch {
    return false;
  }
}
