import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, Node, type Objects, privileged } from "./harness.js";
import { Resident } from "./resident.js";
import { delta, NEW_ARRIVES, OLD, OLD_ARRIVES, specialised, state, words } from "./state.js";

const EXPEDITED = "/sys/kernel/rcu_expedited";

describe.skipIf(!privileged)("a change by a resident loader", { timeout: 240_000 }, () => {
  let objects: Objects;
  let node: Node | undefined;
  let resident: Resident | undefined;

  beforeAll(() => {
    objects = compile();
  });
  afterEach(() => {
    resident?.child.kill("SIGKILL");
    node?.remove();
  });
  afterAll(() => objects?.remove());

  const addresses = (klass: number) => ({ addresses4: words(0x0100630a, klass, 0x0101630a, klass) });
  const old = (generation: number) => state(objects, generation, OLD, addresses(1));
  const toNew = (generation: number) =>
    delta(generation, ["deny to", "deny", undefined, "deny to"], {
      removed: ["pod2"],
      ...addresses(2),
      ...specialised(objects, [2, 3]),
    });

  for (const mode of ["tcx", "clsact"]) {
    test(`500 deltas under traffic lose no datagram that both generations allow (${mode})`, async () => {
      node = new Node(objects, 3);
      resident = new Resident(node, ["--attach", mode]);
      await resident.ask(state(objects, 1, ["allow", "allow", "allow"], specialised(objects, [0])));
      await resident.next();
      const deltas = Array.from({ length: 500 }, (_, i) => {
        // Rows and addresses change, and the third pod goes and comes again.
        const more = { ...addresses(i % 3), unspecialised: i === 250 ? [0] : [] };
        return i % 2
          ? delta(i + 2, ["allow", "allow", "allow"], more)
          : delta(i + 2, [], { ...more, removed: ["pod2"] });
      });
      const answers: any[] = [];
      const { sent, received } = await node.stream(async () => {
        for (const each of deltas) answers.push(await resident!.ask(each));
      });
      expect(answers.filter((answer) => answer.error)).toEqual([]);
      expect(answers.at(-1).generation).toBe(501);
      expect(sent).toBeGreaterThan(1000);
      expect(sent - received).toBe(0);
      expect(node.status().counters.drop_pod).toBe(0);
    });

    test(`a kill before any call that changes something leaves the old or the new one (${mode})`, async () => {
      node = new Node(objects, 4);
      const args = ["--attach", mode];
      const count = `${objects.dir}/changes`;
      const tiersDone = async (counted: Resident) => {
        expect((await counted.ask(old(1))).error).toBeUndefined();
        expect((await counted.ask(toNew(2))).error).toBeUndefined();
        expect(await counted.next()).toEqual({ specialised: 2, failed: [] });
        await counted.end();
      };
      resident = new Resident(node, args, { LD_PRELOAD: objects.killAt, KILL_COUNT: count });
      await tiersDone(resident);
      const changes = Number(readFileSync(count, "utf8"));
      rmSync(count);
      expect(changes).toBeGreaterThan(60);

      let generation = 2;
      const survived = { old: 0, new: 0 };
      for (let at = 1; at <= changes; at++) {
        node.detach();
        resident = new Resident(node, args, { LD_PRELOAD: objects.killAt, KILL_AT: `${at}` });
        resident.send(old(1), toNew(2));
        await resident.end();
        generation = node.status().generation;
        const arrives = await node.probe();
        expect([0, 1, 2]).toContain(generation);
        expect(arrives, `killed at ${at}, generation ${generation}`).toBe(
          ["11 11 11 11", OLD_ARRIVES, NEW_ARRIVES][generation],
        );
        if (generation) survived[generation === 1 ? "old" : "new"]++;
        // Whatever was left, the next one begins with a whole state and is exact.
        if (at % 4 === 0) {
          expect(node.apply(old(generation + 1), args).stderr).toBe("");
          expect(await node.probe(), `after the repair of ${at}`).toBe(OLD_ARRIVES);
          expect(node.status().problems).toEqual([]);
        }
      }
      expect(survived.old).toBeGreaterThan(5);
      expect(survived.new).toBeGreaterThan(5);
      expect(node.detach().stderr).toBe("");
      expect(node.leftovers()).toEqual([]);
      if (existsSync(EXPEDITED)) expect(readFileSync(EXPEDITED, "utf8").trim()).toBe("0");
      expect(spawnSync("pgrep", ["-f", `instance ${node.name}`]).status).toBe(1);
    });
  }
});
