/** A node whose pods have services: what the tests with packets share. */
import { json, Node, must, type Objects } from "../../loader/harness.js";
import { type ServiceObjects, Sockets, write } from "./harness.js";

/** Pods with a way to the node, and the node with two backends: 10.0.0.1 answers "old", 10.0.0.2 "new". */
export class ServiceNode extends Node {
  readonly clients: Sockets[] = [];
  #backends: Sockets | undefined;

  constructor(
    objects: Objects,
    readonly services: ServiceObjects,
    pods: number,
  ) {
    super(objects, pods);
  }

  async start(): Promise<this> {
    const node = (...args: string[]) => must("ip", ["-n", this.name, ...args]);
    node("link", "set", "lo", "up");
    for (const address of ["10.0.0.1", "10.0.0.2"]) node("addr", "add", `${address}/32`, "dev", "lo");
    this.#backends = new Sockets(this.services, this.name);
    await this.#backends.ask("serve old 10.0.0.1 8080");
    await this.#backends.ask("serve new 10.0.0.2 8080");
    for (let i = 0; i < this.pods; i++) {
      must("ip", ["-n", this.podName(i), "route", "add", "default", "via", `10.99.${i}.1`]);
      const client = new Sockets(this.services, this.podName(i));
      await client.ask("open 0 4");
      this.clients.push(client);
    }
    return this;
  }

  /** Who answers a datagram of a pod to 10.96.0.1:53. */
  async asks(pod: number): Promise<string> {
    const answer = await this.clients[pod]!.ask("to 0 10.96.0.1 53");
    return answer.split(" ")[0]!;
  }

  applyServices(state: object | string, env: object = {}) {
    return this.loader(
      ["services", "apply", "--instance", this.name, write(this.services, this.name, state)],
      env,
    );
  }

  servicesStatus() {
    return json(this.loader(["services", "status", "--instance", this.name]));
  }

  detachServices(env: object = {}) {
    return this.loader(["services", "detach", "--instance", this.name], env);
  }

  override remove(): void {
    for (const client of this.clients) void client.end();
    void this.#backends?.end();
    this.detachServices();
    super.remove();
  }
}

export const pods = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `test/pod${i}`, interface: `pod${i}` }));
