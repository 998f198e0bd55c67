/** Sockets of the agent on its machine, which root alone can use. */
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { dirname } from "node:path";
import type { Failure } from "../node/failure.js";
import { failureOf } from "../node/failure.js";

/** Resolves when it listens. A socket that an earlier agent left is replaced. */
export function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server | Failure> {
  const server = createServer(onConnection);
  return new Promise((resolve) => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      rmSync(path, { force: true });
    } catch (error) {
      return resolve(failureOf(`making the socket ${path}`, error));
    }
    server.on("error", (error) => resolve({ error: `cannot listen on ${path}: ${error.message}` }));
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}
