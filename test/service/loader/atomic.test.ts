import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, LOADER, type Objects, privileged } from "../../loader/harness.js";
import { change, compileTiny, endpoint, port, Server, type ServiceObjects, whole, write } from "./harness.js";
import { pods, ServiceNode } from "./installed.js";

describe.skipIf(!privileged)("a whole state of services", { timeout: 240_000 }, () => {
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

  const start = async (count: number) => (node = await new ServiceNode(objects, services, count).start());
  const state = (generation: number, address: string, count = 2) =>
    whole(services, generation, [address], { pods: pods(count) });
  const OLD = "10.0.0.1";
  const NEW = "10.0.0.2";

  test("replaces another one 30 times under traffic, and no datagram of a pod is lost", async () => {
    const n = await start(1);
    expect(n.applyServices(state(1, OLD, 1)).stderr).toBe("");
    let ended = false;
    const asked: string[] = [];
    const asking = (async () => {
      while (!ended) asked.push(await n.asks(0));
    })();
    for (let generation = 2; generation <= 31; generation++) {
      const path = write(services, n.name, state(generation, generation % 2 ? OLD : NEW, 1));
      const apply = spawn("nsenter", [
        `--net=/run/netns/${n.name}`,
        LOADER,
        "services",
        "apply",
        "--instance",
        n.name,
        path,
      ]);
      expect(await new Promise((resolve) => apply.on("exit", resolve))).toBe(0);
    }
    ended = true;
    await asking;
    expect(asked.length).toBeGreaterThan(1000);
    expect(new Set(asked)).toEqual(new Set(["old", "new"]));
  });

  test("that is killed before any of its changes leaves each pod the old services or the new ones", async () => {
    const n = await start(2);
    const count = `${services.dir}/changes`;
    expect(n.applyServices(state(1, OLD)).stderr).toBe("");
    expect(n.applyServices(state(2, NEW), { LD_PRELOAD: objects.killAt, KILL_COUNT: count }).stderr).toBe("");
    expect(n.applyServices(state(3, OLD)).stderr).toBe("");
    const changes = Number(readFileSync(count, "utf8"));
    expect(changes).toBeGreaterThan(40); // else the killer sees nothing
    let generation = 3;
    const survived = { old: 0, new: 0, mixed: 0 };
    for (let at = 1; at <= changes; at++) {
      const killed = n.applyServices(state(generation + 1, NEW), {
        LD_PRELOAD: objects.killAt,
        KILL_AT: `${at}`,
      });
      expect(killed.signal, `change ${at}: ${killed.stderr}`).toBe("SIGKILL");
      const inForce = n.servicesStatus().generation;
      const answers = [await n.asks(0), await n.asks(1)];
      expect(
        answers.filter((answer) => !["old", "new"].includes(answer)),
        `killed at change ${at}`,
      ).toEqual([]);
      if (inForce > generation) expect(answers).toEqual(["new", "new"]);
      survived[answers[0] !== answers[1] ? "mixed" : (answers[0] as "old")]++;
      // Whatever was left, the next whole state mends it.
      generation = Math.max(generation, inForce) + 1;
      expect(n.applyServices(state(generation, OLD)).stderr, `after change ${at}`).toBe("");
      expect([await n.asks(0), await n.asks(1)]).toEqual(["old", "old"]);
      expect(n.servicesStatus()).toMatchObject({ generation, problems: [] });
    }
    expect(survived.old).toBeGreaterThan(10);
    expect(survived.new).toBeGreaterThan(3);
    expect(n.detachServices().stderr).toBe("");
    expect(n.leftovers()).toEqual([]);
  });

  test("that is the first, killed before any of its changes, leaves what a detach takes away", async () => {
    const n = await start(1);
    for (let at = 1; ; at++) {
      const killed = n.applyServices(state(1, NEW, 1), { LD_PRELOAD: objects.killAt, KILL_AT: `${at}` });
      if (killed.signal !== "SIGKILL") {
        expect(killed.stderr).toBe("");
        expect(at).toBeGreaterThan(40);
        break;
      }
      if (at % 2) {
        const { generation } = n.servicesStatus();
        expect(n.applyServices(state(generation + 1, OLD, 1)).stderr, `after change ${at}`).toBe("");
        expect(await n.asks(0)).toBe("old");
      }
      expect(n.detachServices().stderr).toBe("");
      expect(n.leftovers(), `after change ${at}`).toEqual([]);
    }
  });

  test("is taken away by the next detach if one was killed before any of its changes", async () => {
    const n = await start(1);
    for (let at = 1; ; at++) {
      expect(n.applyServices(state(n.servicesStatus().generation + 1, OLD, 1)).stderr).toBe("");
      const killed = n.detachServices({ LD_PRELOAD: objects.killAt, KILL_AT: `${at}` });
      if (killed.signal !== "SIGKILL") {
        expect(at).toBeGreaterThan(20);
        break;
      }
      expect(n.detachServices().stderr).toBe("");
      expect(n.leftovers(), `after change ${at}`).toEqual([]);
    }
  });

  /** A pod is answered by one or the other whenever the loader is killed, in states and in changes. */
  test("or a change that is killed at any time leaves a pod one of its backends, and the next state is exact", async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9);
    console.log(`SEED=${seed}`);
    let random = seed;
    const next = () => (random = (random * 48271 + 11) % 2147483647) / 2147483647;
    const n = await start(1);
    let generation = 1;
    expect(n.applyServices(state(generation, OLD, 1)).stderr).toBe("");
    for (let round = 0; round < 30; round++) {
      const server = new Server(n.name, n.name);
      const stop = setTimeout(() => server.kill(), 20 + next() * 400);
      try {
        generation = n.servicesStatus().generation + 1;
        await server.ask(state(generation, OLD, 1));
        for (let id = 2; ; id = id === 2 ? 1 : 2)
          await server.ask(
            change(++generation, {
              endpoints: { put: [endpoint(id, id === 1 ? OLD : NEW)], remove: [3 - id] },
              sets: { put: [{ id, endpoints: [id] }], remove: [3 - id] },
              ports: { put: [port(0, id)] },
            }),
          );
      } catch {
        // It was killed while it was asked.
      }
      clearTimeout(stop);
      await server.exited;
      expect(["old", "new"], `round ${round}`).toContain(await n.asks(0));
      generation = n.servicesStatus().generation + 1;
      expect(n.applyServices(state(generation, NEW, 1)).stderr).toBe("");
      expect(await n.asks(0)).toBe("new");
      expect(n.servicesStatus()).toMatchObject({ generation, problems: [] });
    }
  });
});
