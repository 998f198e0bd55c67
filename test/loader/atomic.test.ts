import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, json, LOADER, Node, type Objects, privileged } from "./harness.js";
import { NEW, NEW_ARRIVES, OLD, OLD_ARRIVES, specialised, state, type Verdicts, words } from "./state.js";

const NOTHING_ARRIVES = "11 11 11 11";

/** With addresses that come and go, and both tiers. */
const full = (objects: Objects, generation: number, pods: readonly (Verdicts | undefined)[]) =>
  state(objects, generation, pods, {
    addresses4: generation % 2 ? words(0x0100630a, 1, 0x0101630a, 2) : words(0x0100630a, 2, 0x0102630a, 3),
    ...specialised(objects, [1, 2, 3]),
  });

describe.skipIf(!privileged)("a switch of generations", { timeout: 240_000 }, () => {
  let objects: Objects;
  let node: Node | undefined;

  beforeAll(() => {
    objects = compile();
  });
  afterEach(() => node?.remove());
  afterAll(() => objects?.remove());

  const start = (pods: number) => (node = new Node(objects, pods));

  for (const mode of ["tcx", "clsact"]) {
    test(`50 switches under traffic lose no datagram that both generations allow (${mode})`, async () => {
      const node = start(3);
      expect(node.apply(state(objects, 1, ["allow", "allow", "allow"]), ["--attach", mode]).status).toBe(0);
      const { sent, received } = await node.stream(() => {
        for (let generation = 2; generation <= 51; generation++) {
          // The third pod loses its programs in every other generation, and gets new ones in the next.
          const pods: (Verdicts | undefined)[] = ["allow", "allow", generation % 2 ? "allow" : undefined];
          expect(node.apply(state(objects, generation, pods), ["--attach", mode]).stderr).toBe("");
        }
      });
      expect(sent).toBeGreaterThan(10_000);
      expect(sent - received).toBe(0);
      expect(node.status().counters.drop_pod).toBe(0);
    });

    test(`a kill before any change of an apply leaves the old or the new generation (${mode})`, async () => {
      const node = start(4);
      const args = ["--attach", mode];
      const count = `${objects.dir}/changes-${mode}`;
      expect(node.apply(full(objects, 1, OLD), args).status).toBe(0);
      expect(
        node.apply(full(objects, 2, NEW), args, { LD_PRELOAD: objects.killAt, KILL_COUNT: count }).status,
      ).toBe(0);
      expect(node.apply(full(objects, 3, OLD), args).status).toBe(0);
      const changes = Number(readFileSync(count, "utf8"));
      expect(changes).toBeGreaterThan(40); // else the killer sees nothing

      let generation = 3;
      const survived = { old: 0, new: 0 };
      for (let at = 1; at <= changes; at++) {
        const killed = node.apply(full(objects, generation + 1, NEW), args, {
          LD_PRELOAD: objects.killAt,
          KILL_AT: `${at}`,
        });
        // nsenter becomes the loader, so the signal is seen here.
        expect(killed.signal, `change ${at}: ${killed.stderr}`).toBe("SIGKILL");
        const inForce = node.status().generation;
        expect(await node.probe(), `killed at change ${at}`).toBe(
          inForce === generation ? OLD_ARRIVES : NEW_ARRIVES,
        );
        expect([generation, generation + 1]).toContain(inForce);
        survived[inForce === generation ? "old" : "new"]++;

        // Whatever was left, the next applies work and are exact.
        if (inForce === generation) {
          expect(node.apply(full(objects, generation + 1, NEW), args).stderr).toBe("");
          expect(await node.probe(), `after the repair of ${at}`).toBe(NEW_ARRIVES);
        }
        expect(node.apply(full(objects, generation + 2, OLD), args).stderr).toBe("");
        expect(await node.probe()).toBe(OLD_ARRIVES);
        generation += 2;
      }
      expect(survived.old).toBeGreaterThan(10);
      expect(survived.new).toBeGreaterThan(10);
      expect(node.status()).toMatchObject({ problems: [], counters: { drop_pod: 0 } });
      expect(node.status().pods).toHaveLength(2);
      expect(node.detach().status).toBe(0);
      expect(node.leftovers()).toEqual([]);
    });

    test(`a kill before any change of the first apply leaves nothing or all in force (${mode})`, async () => {
      const node = start(4);
      const args = ["--attach", mode];
      for (let at = 1; ; at++) {
        const killed = node.apply(full(objects, 1, NEW), args, {
          LD_PRELOAD: objects.killAt,
          KILL_AT: `${at}`,
        });
        if (killed.signal !== "SIGKILL") {
          expect(killed.status).toBe(0);
          expect(at).toBeGreaterThan(40);
          break;
        }
        const inForce = node.status().generation;
        expect(await node.probe(), `killed at change ${at}`).toBe(inForce ? NEW_ARRIVES : NOTHING_ARRIVES);
        // Every other round repairs by an apply, the others by a detach.
        if (at % 2 && !inForce) {
          expect(node.apply(full(objects, 1, NEW), args).stderr).toBe("");
          expect(await node.probe()).toBe(NEW_ARRIVES);
        }
        expect(node.detach().stderr).toBe("");
        expect(node.leftovers(), `after change ${at}`).toEqual([]);
        expect(await node.probe()).toBe(NOTHING_ARRIVES);
      }
    });

    test(`a kill before any change of a detach leaves what the next detach takes away (${mode})`, async () => {
      const node = start(4);
      for (let at = 1; ; at++) {
        expect(node.apply(full(objects, 1, OLD), ["--attach", mode]).stderr).toBe("");
        const killed = node.loader(["detach", "--instance", node.name], {
          LD_PRELOAD: objects.killAt,
          KILL_AT: `${at}`,
        });
        if (killed.signal !== "SIGKILL") {
          expect(at).toBeGreaterThan(20);
          break;
        }
        expect(node.status().generation).toBeLessThan(2);
        expect(node.detach().stderr).toBe("");
        expect(node.leftovers(), `after change ${at}`).toEqual([]);
        expect(await node.probe()).toBe(NOTHING_ARRIVES);
      }
    });
  }

  test("a kill at any time leaves the old or the new generation", async () => {
    const node = start(4);
    expect(node.apply(full(objects, 1, OLD)).status).toBe(0);
    const started = performance.now();
    expect(node.apply(full(objects, 2, NEW)).status).toBe(0);
    const duration = performance.now() - started;
    let generation = 2;
    for (let round = 0; round < 60; round++) {
      const [pods, before, after] =
        generation % 2 ? [NEW, OLD_ARRIVES, NEW_ARRIVES] : [OLD, NEW_ARRIVES, OLD_ARRIVES];
      const delay = Math.random() * 1.2 * duration;
      const child = spawn("nsenter", [
        ...[`--net=/run/netns/${node.name}`, LOADER, "apply", "--instance", node.name],
        node.write(full(objects, generation + 1, pods)),
      ]);
      const timer = setTimeout(() => child.kill("SIGKILL"), delay);
      await new Promise((resolve) => child.on("exit", resolve));
      clearTimeout(timer);
      const inForce = node.status().generation;
      expect([generation, generation + 1]).toContain(inForce);
      expect(await node.probe(), `killed after ${delay} ms`).toBe(inForce === generation ? before : after);
      generation = inForce;
    }
    expect(json(node.apply(full(objects, generation + 1, OLD))).problems).toEqual([]);
    expect(await node.probe()).toBe(OLD_ARRIVES);
    expect(node.detach().status).toBe(0);
    expect(node.leftovers()).toEqual([]);
  });

  test("what the killer counts is there", () => {
    const node = start(1);
    const path = `${objects.dir}/none`;
    if (existsSync(path)) rmSync(path);
    expect(
      node.loader(["status", "--instance", node.name], { LD_PRELOAD: objects.killAt, KILL_COUNT: path })
        .status,
    ).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});
