import { afterEach, describe, expect, test } from "vitest";
import {
  NAMESPACE,
  SERVICES,
  nodeIp,
  nodePort,
  sampleCluster,
} from "../../../src/conformance/services/objects.js";
import { World } from "../../../src/conformance/services/world.js";
import { settingsOf } from "../../../src/lab/services/mode.js";
import { noLab } from "../leftovers.js";

const MINUTE = 60_000;
const PLAIN = 1;
const CONNECTIONS = 1000;
const CHANGES = 300;
const PACE_MS = 10;

describe.skipIf(noLab)("services that change under load", () => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.down();
    world = undefined;
  }, MINUTE);

  const target = () => ({ address: nodeIp("node-1"), port: nodePort(PLAIN) });
  const slices = (...of: string[]) => {
    const service = SERVICES.find(({ name }) => name === "plain")!;
    const inventory = sampleCluster([{ ...service, endpoints: of.map((each) => ({ of: each })) }]);
    return inventory.slices!.map((slice) => ({ kind: "slice" as const, slice }));
  };
  const open = async (count: number) => {
    const all = [];
    for (let left = count; left > 0; left -= 100)
      all.push(...(await Promise.all(Array.from({ length: 100 }, () => world!.open("outside", target())))));
    return all;
  };
  const askAll = async (all: Awaited<ReturnType<typeof open>>) => {
    const answers = [];
    for (let from = 0; from < all.length; from += 100)
      answers.push(
        ...(await Promise.all(all.slice(from, from + 100).map(({ session }) => session.ask(5000)))),
      );
    return answers.map(({ result, server }) => `${result} ${server}`);
  };
  const servers = (all: Awaited<ReturnType<typeof open>>) =>
    all.map(({ seen }) => `${seen.result} ${seen.answer?.server}`);

  test(
    `${CONNECTIONS} open connections stay with their endpoints while another one comes and goes 100 times a second`,
    { timeout: 5 * MINUTE },
    async () => {
      world = await World.up("opt");
      const all = await open(CONNECTIONS);
      expect([...new Set(servers(all))].sort()).toEqual([
        `connected ${NAMESPACE}/web-2`,
        `connected ${NAMESPACE}/web-3`,
      ]);
      const comes = slices("pod web-2", "pod web-3", "pod late-2");
      const goes = slices("pod web-2", "pod web-3");
      const started = performance.now();
      const changes: Promise<number[]>[] = [];
      const change = async () => {
        for (let index = 0; index < CHANGES; index++) {
          changes.push(world!.services.update(index % 2 === 0 ? comes : goes));
          const ahead = started + (index + 1) * PACE_MS - performance.now();
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, ahead)));
        }
        const asked = performance.now() - started;
        const took = (await Promise.all(changes)).flat();
        return { asked, took, inForce: performance.now() - started };
      };
      let isChanging = true;
      // A tenth of them at a time, so that asking leaves this process time for the changes.
      const askOn = async () => {
        let asked = 0;
        for (; isChanging; asked++) {
          const part = all.filter((_, index) => index % 10 === asked % 10);
          expect(await askAll(part)).toEqual(servers(part));
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return asked;
      };
      const changing = change().finally(() => (isChanging = false));
      const [{ asked, took, inForce }, parts] = await Promise.all([changing, askOn()]);
      took.sort((x, y) => x - y);
      expect(took.length).toBe(CHANGES * 3);
      expect(parts).toBeGreaterThan(0);
      // A node keeps pace: whatever else the machine does delays the asking, not what is in force.
      expect(took[took.length >> 1]).toBeLessThan(PACE_MS * 1000);
      expect(await askAll(all)).toEqual(servers(all));
      console.log(
        `${CHANGES} changes asked for in ${Math.round(asked)} ms, in force on 3 nodes after ${Math.round(inForce)} ms; ` +
          `one takes ${took[took.length >> 1]} us, at most ${took.at(-1)} us; ${(parts * CONNECTIONS) / 10} requests were answered meanwhile`,
      );
    },
  );

  test(
    "what was in force goes on when the loader is killed, and the next state mends the rest",
    { timeout: 5 * MINUTE },
    async () => {
      world = await World.up("opt");
      const all = await open(100);
      for (let round = 0; round < 5; round++) {
        const changing = world.services.update(
          slices("pod web-2", "pod web-3", ...(round % 2 === 0 ? ["pod late-2"] : [])),
        );
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        world.services.kill();
        await changing.catch(() => undefined);
        expect(await askAll(all)).toEqual(servers(all));
        expect((await world.connect("outside", target())).result).toBe("connected");
        await world.services.serve(sampleCluster());
      }
      expect(await askAll(all)).toEqual(servers(all));
    },
  );

  test(
    "the mode changes under open connections: they finish, and new ones go by the new mode",
    { timeout: 5 * MINUTE },
    async () => {
      world = await World.up("opt");
      const all = [...(await open(100))];
      for (const mode of ["geneve", "ipip", "snat", "opt"] as const) {
        await world.services.serve(sampleCluster(), settingsOf(mode, { externalIps: true }));
        expect(await askAll(all)).toEqual(servers(all));
        const { seen, session } = await world.open("outside", target());
        expect([mode, seen.result, seen.source]).toEqual([
          mode,
          "connected",
          mode === "snat" ? "node" : "client",
        ]);
        all.push({ seen, session });
      }
    },
  );
});
