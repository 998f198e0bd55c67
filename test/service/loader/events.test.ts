import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, lines, must, type Objects, privileged } from "../../loader/harness.js";
import { SETTINGS, state } from "../../loader/state.js";
import { compileTiny, type ServiceObjects, whole } from "./harness.js";
import { pods, ServiceNode } from "./installed.js";

/** The reply of 10.0.0.1:8080 to 10.99.0.2:4000 over UDP gets the address of 10.96.0.1:53. */
function rememberReply(instance: string) {
  const hex = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, "0"));
  const key = [10, 0, 0, 1, 10, 99, 0, 2, 8080 >> 8, 8080 & 255, 4000 >> 8, 4000 & 255, 17, 0, 0, 0];
  const value = new Array<number>(80).fill(0);
  value[12] = 1; // enum service_hook: to_pod
  value[13] = 4; // FLOW_REPLY
  value.splice(16, 4, 10, 96, 0, 1);
  value.splice(48, 2, 0, 53);
  must("bpftool", [
    ...["map", "update", "pinned", `/sys/fs/bpf/polc/${instance}/services1/flows4`],
    ...["key", "hex", ...hex(key), "value", "hex", ...hex(value)],
  ]);
}

describe.skipIf(!privileged)("the verdict log", { timeout: 240_000 }, () => {
  let objects: Objects;
  let services: ServiceObjects;
  let node: ServiceNode | undefined;

  beforeAll(() => {
    objects = compile();
    services = compileTiny();
  }, 240_000);
  afterEach(() => node?.remove());
  afterAll(() => {
    objects?.remove();
    services?.remove();
  });

  /** Events of datagrams from port 4000 to two ports of the backend, which policy denies. */
  async function events(n: ServiceNode) {
    for (const to of [8080, 8081]) await n.clients[0]!.ask(`from 4000 10.0.0.1 ${to}`);
    return lines(n.loader(["events", "--instance", n.name, "--once"])).sort(
      (a, b) => a.destination_port - b.destination_port,
    );
  }
  const policy = () => state(objects, 1, ["deny from"], { settings: { ...SETTINGS, log_denied: true } });

  test("names the service that a denied client asked for", async () => {
    node = await new ServiceNode(objects, services, 1).start();
    expect(node.apply(policy()).stderr).toBe("");
    expect(node.applyServices(whole(services, 1, ["10.0.0.1"], { pods: pods(1) })).stderr).toBe("");
    rememberReply(node.name);
    const [asked, direct] = await events(node);
    expect(asked).toMatchObject({
      source: "10.99.0.2",
      source_port: 4000,
      destination: "10.0.0.1",
      destination_port: 8080,
      service: { address: "10.96.0.1", port: 53 },
      verdict: "deny",
    });
    expect(direct).toMatchObject({ destination_port: 8081, verdict: "deny" });
    expect(direct).not.toHaveProperty("service");
  });

  test("names none where no services are", async () => {
    node = await new ServiceNode(objects, services, 1).start();
    expect(node.apply(policy()).stderr).toBe("");
    for (const event of await events(node)) expect(event).not.toHaveProperty("service");
  });
});
