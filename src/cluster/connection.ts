/** HTTP to an API server: connections that are kept, credentials for each request, and bounds on silence. Fails by throwing. */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { Agent, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { RequestOptions } from "node:https";
import type { Credentials } from "./credentials.js";

/** A server that says nothing for so long does not answer. What streams has a bound of its own. */
const SILENCE_MS = 30_000;

export interface Ask {
  readonly method: string;
  readonly path: string;
  /** What is to be done, for messages: `create configmaps polc-system/x`. */
  readonly doing: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export class Connection {
  /** The server has answered a request. */
  answered = false;
  /** Kept while the certificates are the same. */
  private kept: { readonly of: string; readonly agent: Agent } | undefined;
  private readonly base: URL;

  constructor(readonly credentials: Credentials) {
    this.base = new URL(credentials.server);
  }

  /** The head of the answer; its body fails if nothing comes for `silenceMs`, if that is not 0. */
  async send(ask: Ask, silenceMs = SILENCE_MS): Promise<IncomingMessage> {
    const text = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const { signal } = ask;
    const options: RequestOptions = {
      ...this.targetOf(ask),
      headers: headersOf(ask, text),
      ...(signal && { signal }),
    };
    await this.credentials.authenticate(options);
    options.agent = this.agentOf(options);
    return new Promise((resolve, reject) => {
      const begin = this.base.protocol === "http:" ? httpRequest : httpsRequest;
      const sent = begin({ ...options, timeout: SILENCE_MS }, (answer) => {
        answer.socket.setKeepAlive(true, 15_000);
        sent.removeAllListeners("timeout");
        answer.setTimeout(silenceMs, () => answer.destroy(new SilenceError(silenceMs)));
        resolve(answer);
      });
      sent.on("timeout", () => sent.destroy(new SilenceError(SILENCE_MS)));
      sent.on("error", reject);
      sent.end(text);
    });
  }

  close(): void {
    this.kept?.agent.destroy();
  }

  private targetOf({ method, path, query = {} }: Ask): RequestOptions {
    const { protocol, hostname, port, pathname } = this.base;
    const given = Object.entries(query).filter((each): each is [string, string] => each[1] !== undefined);
    const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
    return {
      ...{ method, protocol, port, hostname: hostname.replace(/^\[|\]$/g, "") },
      path: `${pathname.replace(/\/$/, "")}${path}${search}`,
    };
  }

  private agentOf({ ca, cert, key, agent }: RequestOptions): Agent {
    const of = JSON.stringify([ca, cert, key].map((each) => each && String(each as string | Buffer)));
    if (this.kept?.of !== of) {
      const made = agent ? Object.assign(agent as Agent, { keepAlive: true }) : this.ownAgent();
      this.kept = { of, agent: made };
    }
    return this.kept.agent;
  }

  private ownAgent(): Agent {
    const options = { keepAlive: true };
    return this.base.protocol === "http:" ? new HttpAgent(options) : new HttpsAgent(options);
  }
}

class SilenceError extends Error {
  readonly code = "ETIMEDOUT";

  constructor(ms: number) {
    super(`nothing came for ${ms / 1000} s`);
  }
}

function headersOf({ contentType = "application/json", accept = "application/json" }: Ask, text?: string) {
  return {
    ...{ accept, "user-agent": "polc" },
    ...(text !== undefined && { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
  };
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
