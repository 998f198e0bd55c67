import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, error, LOADER, must, type Objects, privileged } from "../../loader/harness.js";
import { state } from "../../loader/state.js";
import { compileTiny, type ServiceObjects, whole } from "./harness.js";
import { pods, ServiceNode } from "./installed.js";

/** In the network namespace of the node. */
const inNode = (node: ServiceNode, ...args: string[]) =>
  must("nsenter", [`--net=/run/netns/${node.name}`, ...args]);

/** Ids of the programs on the pod's hooks, in their order. */
const programs = (node: ServiceNode): { from: number[]; to: number[] } =>
  JSON.parse(inNode(node, node.services.hooks, "pod0"));

describe.skipIf(!privileged)("services and policy on one pod", { timeout: 240_000 }, () => {
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

  const start = () => (node = new ServiceNode(objects, services, 1));
  const policy = (generation: number) => state(objects, generation, ["allow"]);
  const serviceState = (generation: number) => whole(services, generation, ["10.0.0.1"], { pods: pods(1) });

  /** Services' from_pod first, their to_pod last, and neither status complains. */
  function expectOrder(of: ServiceNode) {
    const status = of.servicesStatus();
    const policies = of.status();
    const { from, to } = programs(of);
    const [pod] = status.pods;
    expect(from).toEqual([pod.from_pod, policies.pods[0].from_pod.program]);
    expect(to).toEqual([policies.pods[0].to_pod.program, pod.to_pod]);
    expect(status.problems).toEqual([]);
    expect(policies.problems).toEqual([]);
  }

  test("services first, then policy, then each again: policy is judged between them", () => {
    const n = start();
    expect(n.applyServices(serviceState(1)).stderr).toBe("");
    expect(n.apply(policy(1)).stderr).toBe("");
    expectOrder(n);
    expect(n.applyServices(serviceState(2)).stderr).toBe("");
    expectOrder(n);
    expect(n.apply(policy(2)).stderr).toBe("");
    expectOrder(n);
  });

  test("policy first, then services, then each again: policy is judged between them", () => {
    const n = start();
    expect(n.apply(policy(1)).stderr).toBe("");
    expect(n.applyServices(serviceState(1)).stderr).toBe("");
    expectOrder(n);
    expect(n.apply(policy(2)).stderr).toBe("");
    expectOrder(n);
    expect(n.applyServices(serviceState(2)).stderr).toBe("");
    expectOrder(n);
  });

  test("each is taken away without the other, and comes back to its place", () => {
    const n = start();
    expect(n.applyServices(serviceState(1)).stderr).toBe("");
    expect(n.apply(policy(1)).stderr).toBe("");
    expect(n.detach().stderr).toBe("");
    expect(n.servicesStatus()).toMatchObject({ generation: 1, problems: [], pods: [{ interface: "pod0" }] });
    expect(n.apply(policy(1)).stderr).toBe("");
    expectOrder(n);
    expect(n.detachServices().stderr).toBe("");
    expect(n.servicesStatus()).toMatchObject({ generation: 0, pods: [] });
    expect(n.status()).toMatchObject({ generation: 1, problems: [], pods: [{ interface: "pod0" }] });
    expect(n.applyServices(serviceState(1)).stderr).toBe("");
    expectOrder(n);
    expect(n.detachServices().stderr).toBe("");
    expect(n.detach().stderr).toBe("");
    expect(n.leftovers()).toEqual([]);
  });

  test("a program of somebody else before policy is still named", () => {
    const n = start();
    expect(n.apply(policy(1)).stderr).toBe("");
    expect(n.applyServices(serviceState(1)).stderr).toBe("");
    const status = (command: string[]) =>
      JSON.parse(
        inNode(n, services.hooks, "pod0", "first", LOADER, ...command, "status", "--instance", n.name),
      );
    expect(status([]).problems).toEqual([
      expect.stringMatching(/^interface \d+: 1 other program sees packets before from_pod does/),
      expect.stringMatching(/^interface \d+: 1 other program sees packets before to_pod does/),
    ]);
    expectOrder(n);
  });

  test("by clsact policy and services exclude each other, and both say so", () => {
    const n = start();
    expect(n.apply(policy(1), ["--attach", "clsact"]).stderr).toBe("");
    const refused = n.applyServices(serviceState(1));
    expect(JSON.parse(refused.stderr).error).toEqual({
      code: "kernel",
      message: "pod test/pod0: its policy is attached by clsact, which comes after services",
      help: "apply policy with --attach tcx",
    });
    expect(n.servicesStatus()).toMatchObject({ generation: 0, pods: [] });
    expect(n.detach().stderr).toBe("");
    expect(n.applyServices(serviceState(1)).stderr).toBe("");
    expect(error(n.apply(policy(1), ["--attach", "clsact"]))).toBe(
      "services are attached by tcx: programs of clsact all come after theirs",
    );
  });
});
