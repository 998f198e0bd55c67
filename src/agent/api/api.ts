/** Requests to the API server. What goes wrong is a value that says what to do. */
import { Agent as PlainAgent, request as plainRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import type { ApiServer } from "./server.js";
import { readLines } from "./lines.js";

export interface ApiFailure extends Failure {
  /** The HTTP status; left out: there was no answer. */
  readonly status?: number;
  /** The API's word for it, such as `Expired`. */
  readonly reason?: string;
  /** The server asks for so many seconds before the next try. */
  readonly retryAfter?: number;
}

export interface StreamOptions {
  /** A line that is not JSON ends the stream. */
  readonly onLine: (line: unknown) => void;
  readonly signal: AbortSignal;
  /** The connection counts as dead when nothing has come for so long. */
  readonly silence: number;
}

const ANSWER_MS = 30_000;

export class Api {
  private readonly secure = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly plain = new PlainAgent({ keepAlive: true, maxSockets: 64 });

  constructor(private readonly server: ApiServer) {}

  get(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.whole("GET", path, undefined, signal);
  }

  post(path: string, body: object): Promise<unknown> {
    return this.whole("POST", path, { text: JSON.stringify(body), type: "application/json" });
  }

  /** Server-side apply. */
  apply(path: string, body: object): Promise<unknown> {
    return this.whole("PATCH", path, { text: JSON.stringify(body), type: "application/apply-patch+yaml" });
  }

  /** Resolves when the stream has ended: undefined if the server ended it. */
  async stream(path: string, { onLine, signal, silence }: StreamOptions): Promise<ApiFailure | undefined> {
    const answer = await this.send("GET", path, undefined, signal);
    if (isFailure(answer)) return answer;
    if (answer.statusCode !== 200) return failureOfAnswer(answer, await textOf(answer), "GET", path);
    answer.socket.setKeepAlive(true, 15_000);
    answer.setTimeout(silence, () => answer.destroy(new Error(`nothing came for ${silence / 1000} s`)));
    return readLines(answer, onLine);
  }

  close(): void {
    this.secure.destroy();
    this.plain.destroy();
  }

  private async whole(method: string, path: string, body?: Body, signal?: AbortSignal): Promise<unknown> {
    const answer = await this.send(method, path, body, signal);
    if (isFailure(answer)) return answer;
    try {
      const text = await textOf(answer);
      const status = answer.statusCode ?? 0;
      return status >= 200 && status < 300 ? JSON.parse(text) : failureOfAnswer(answer, text, method, path);
    } catch (error) {
      return { error: `${method} ${path}: ${(error as Error).message}` };
    }
  }

  private async send(
    method: string,
    path: string,
    body?: Body,
    signal?: AbortSignal,
  ): Promise<IncomingMessage | ApiFailure> {
    const { url } = this.server;
    const isPlain = url.protocol === "http:";
    try {
      const options = await this.server.options();
      const headers = {
        ...options.headers,
        accept: "application/json",
        ...(body && { "content-type": body.type, "content-length": Buffer.byteLength(body.text) }),
      };
      const target = new URL(url.pathname.replace(/\/$/, "") + path, url);
      return await new Promise((resolve, reject) => {
        const begin = isPlain ? plainRequest : request;
        const agent = isPlain ? this.plain : this.secure;
        const sent = begin(
          target,
          { ...options, method, headers, agent, ...(signal && { signal }) },
          (answer) => {
            sent.setTimeout(0);
            resolve(answer);
          },
        );
        sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error(`no answer in ${ANSWER_MS / 1000} s`)));
        sent.on("error", reject);
        sent.end(body?.text);
      });
    } catch (error) {
      return { error: `the API server at ${url.host} cannot be reached: ${(error as Error).message}` };
    }
  }
}

interface Body {
  readonly text: string;
  readonly type: string;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function failureOfAnswer(answer: IncomingMessage, text: string, method: string, path: string): ApiFailure {
  const status = answer.statusCode ?? 0;
  const after = Number(answer.headers["retry-after"]);
  const { message, reason } = statusIn(text);
  return {
    error: `${method} ${path.split("?")[0]}: ${status} ${message ?? answer.statusMessage ?? ""}`.trim(),
    ...helpFor(status),
    status,
    ...(reason !== undefined && { reason }),
    ...(after > 0 && { retryAfter: after }),
  };
}

/** What an object of kind Status says. */
function statusIn(text: string): { readonly message?: string; readonly reason?: string } {
  try {
    const { message, reason } = JSON.parse(text) as { message?: unknown; reason?: unknown };
    return {
      ...(typeof message === "string" && { message }),
      ...(typeof reason === "string" && { reason }),
    };
  } catch {
    return {};
  }
}

function helpFor(status: number): Pick<Failure, "help"> {
  if (status === 401) return { help: "renew the credentials: the API server rejects them" };
  if (status === 403) return { help: "bind the ClusterRole polc-agent to the agent's service account" };
  return {};
}
