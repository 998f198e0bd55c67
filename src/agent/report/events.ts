/** Events of the API: what people see at `kubectl describe`. One that says the same again is counted, not made anew. */
import { createHash } from "node:crypto";
import type { Cluster } from "../../cluster/client.js";
import type { ApiFailure } from "../../cluster/resource.js";
import { isFailure } from "../../node/failure.js";

export interface EventObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
}

export interface EventText {
  readonly type: "Normal" | "Warning";
  /** One word for machines. */
  readonly reason: string;
  readonly message: string;
}

/** The same is not said again within this time. */
const AGAIN_MS = 10 * 60_000;
const MOST = 1024;

export class Events {
  /** When what was said last, by its name. */
  private readonly said = new Map<string, { at: number; count: number }>();

  constructor(
    private readonly api: Pick<Cluster, "post">,
    private readonly node: string,
    private readonly onFailure: (failure: ApiFailure) => void = () => undefined,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * One agent of many says what concerns the whole cluster: all of them name the event alike, so the API keeps one.
   * Resolves when it is known to the API, or failed.
   */
  async say(about: EventObject, text: EventText): Promise<void> {
    const content = [about.kind, about.namespace, about.name, about.uid, text.reason, text.message];
    const digest = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
    const name = `${about.name.slice(0, 200)}.${digest}`;
    const before = this.said.get(name);
    if (before && this.now() - before.at < AGAIN_MS) return;
    const count = (before?.count ?? 0) + 1;
    this.remember(name, count);
    const namespace = about.namespace ?? "default";
    const time = new Date(this.now()).toISOString();
    const path = `/api/v1/namespaces/${namespace}/events`;
    const answer = await this.api.post(path, {
      ...{ apiVersion: "v1", kind: "Event", metadata: { name, namespace } },
      involvedObject: { ...about, namespace: about.namespace },
      ...{ type: text.type, reason: text.reason, message: text.message.slice(0, 1024) },
      source: { component: "polc-agent", host: this.node },
      ...{ firstTimestamp: time, lastTimestamp: time, count },
    });
    // 409: another agent has said it, or this one before it was started again.
    if (isFailure(answer) && (answer as ApiFailure).status !== 409) this.onFailure(answer);
  }

  private remember(name: string, count: number): void {
    this.said.delete(name);
    this.said.set(name, { at: this.now(), count });
    if (this.said.size > MOST) this.said.delete(this.said.keys().next().value!);
  }
}
