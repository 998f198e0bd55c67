/** Connections of a probe that stay open, and what their server says of each request (`probe/session.h`). */

export interface Answer {
  readonly result: "connected" | "refused" | "closed" | "timeout" | "error" | "ended";
  /** The errno's name; `FIN` if the server closed. */
  readonly reason?: string;
  /** The client's own port; 0 if it has none. */
  readonly port: number;
  /** Address and port that the server saw, and those at which it did. */
  readonly seen?: End;
  readonly at?: End;
  /** Whom the client's kernel says it talks to. */
  readonly from?: End;
  /** What the server calls itself. */
  readonly server?: string;
  /** Datagrams that were sent again. */
  readonly resent: number;
  readonly us: number;
}

export interface End {
  readonly address: string;
  readonly port: number;
}

export interface SessionAnswer {
  readonly session: number;
  readonly result: Answer["result"];
  readonly reason?: string;
  readonly port?: number;
  readonly seen?: string;
  readonly at?: string;
  readonly from?: string;
  readonly server?: string;
  readonly resent?: number;
  readonly us?: number;
}

export interface Opening {
  readonly protocol: "TCP" | "UDP";
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** Bytes of the request and of its answer, from `SMALLEST` to 65000. */
  readonly size?: number;
  /** The client's own address and port; left out: as the kernel chooses. */
  readonly source?: string;
  readonly sourcePort?: number;
  readonly fastOpen?: boolean;
  /** A UDP socket that is not connected. */
  readonly unconnected?: boolean;
  /** UDP only: DF, and datagrams no larger than the path takes. */
  readonly doNotFragment?: boolean;
}

export const SMALLEST = 192;

export class Sessions {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private readonly ended = new Map<number, Answer>();
  /** Numbers of sessions that ended: the probe has room for 16,384 at once. */
  private readonly free: number[] = [];
  private nextId = 1;
  private failure: string | undefined;

  constructor(private readonly write: (line: string) => void) {}

  /** Connects and asks once. */
  async open(opening: Opening): Promise<Session> {
    const id = this.free.shift() ?? this.nextId++;
    this.ended.delete(id);
    const { protocol, address, port, size = SMALLEST, timeoutMs, source = "-", sourcePort = 0 } = opening;
    const flags = [
      opening.fastOpen ? "f" : "",
      opening.unconnected ? "u" : "",
      opening.doNotFragment ? "d" : "",
    ].join("");
    const words = [protocol.toLowerCase(), id, address, port, size, timeoutMs, source, sourcePort, flags];
    const first = await this.send(id, `open ${words.join(" ")}`);
    return new Session(
      first,
      (line) => this.send(id, line(id)),
      () => this.ended.get(id),
      () => this.free.push(id),
    );
  }

  /** One request over a connection of its own, which is reset afterwards. */
  async ask(opening: Opening): Promise<Answer> {
    const session = await this.open(opening);
    await session.end("reset");
    return session.first;
  }

  take({ session: id, seen, at, from, ...rest }: SessionAnswer): void {
    const answer: Answer = {
      ...{ port: 0, resent: 0, us: 0, ...rest },
      ...(seen !== undefined && { seen: endOf(seen) }),
      ...(at !== undefined && { at: endOf(at) }),
      ...(from !== undefined && { from: endOf(from) }),
    };
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    if (resolve) resolve(answer);
    else this.ended.set(id, answer);
  }

  fail(reason: string): void {
    this.failure = reason;
    for (const resolve of this.waiting.values()) resolve({ result: "error", reason, port: 0, resent: 0, us: 0 });
    this.waiting.clear();
  }

  private send(id: number, line: string): Promise<Answer> {
    return new Promise((resolve) => {
      if (this.failure !== undefined)
        return resolve({ result: "error", reason: this.failure, port: 0, resent: 0, us: 0 });
      this.waiting.set(id, resolve);
      this.write(`${line}\n`);
    });
  }
}

export class Session {
  constructor(
    readonly first: Answer,
    private readonly send: (line: (id: number) => string) => Promise<Answer>,
    /** What ended it while nothing was asked. */
    readonly endedBy: () => Answer | undefined,
    private readonly release: () => void,
  ) {}

  ask(timeoutMs: number, size = SMALLEST): Promise<Answer> {
    return this.send((id) => `ask ${id} ${size} ${timeoutMs}`);
  }

  async end(how: "close" | "reset" = "close"): Promise<void> {
    await this.send((id) => `end ${id} ${how}`);
    this.release();
  }
}

function endOf(text: string): End {
  const [address, port] = text.split(" ") as [string, string];
  return { address, port: Number(port) };
}
