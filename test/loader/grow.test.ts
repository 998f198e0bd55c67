/** Maps that are too small for a state move into larger ones, in place: pods are judged all the time. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, json, Node, type Objects, privileged } from "./harness.js";
import { Resident } from "./resident.js";
import {
  delta,
  NEW,
  NEW_ARRIVES,
  OLD,
  OLD_ARRIVES,
  rowOf,
  SIZES,
  specialised,
  state,
  words,
} from "./state.js";

describe.skipIf(!privileged)("maps that grow", { timeout: 240_000 }, () => {
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

  /** Of addresses, subjects, classes, steps, blocks and connections. */
  const LARGER = {
    ...SIZES,
    subjects: 16,
    classes: 8,
    steps: 64,
    blocks: 8,
    addresses: 64,
    established: 512,
  };

  for (const mode of ["tcx", "clsact"]) {
    test(`a state that asks for more gets larger maps, and connections stay (${mode})`, async () => {
      node = new Node(objects, 4);
      const args = ["--attach", mode];
      const addresses4 = words(0x0100630a, 1);
      expect(node.apply(state(objects, 1, OLD, { addresses4 }), args).stderr).toBe("");
      await node.burst(1, 1, 65535);
      const before = node.status().maps;
      const grown = node.apply(
        state(objects, 2, NEW, { sizes: LARGER, addresses4, ...specialised(objects, [2, 3]) }),
        args,
      );
      expect(grown.stderr).toBe("");
      expect(json(grown)).toMatchObject({ generation: 2, problems: [] });
      expect(await node.probe()).toBe(NEW_ARRIVES);
      const after = node.status();
      expect(after).toMatchObject({
        generation: 2,
        problems: [],
        layout: { subjects: 16, classes: 8, steps: 64, blocks: 8 },
        maps: {
          established4: { size: 512, entries: before.established4.entries },
          half_open4: { size: 256 },
          addresses4: { entries: 1 },
        },
      });
      // Smaller again is no wish: what is there is kept.
      expect(node.apply(state(objects, 3, OLD), args).stderr).toBe("");
      expect(await node.probe()).toBe(OLD_ARRIVES);
      expect(node.status().layout).toMatchObject({ subjects: 16 });
      expect(node.detach().stderr).toBe("");
      expect(node.leftovers()).toEqual([]);
    });

    test(`a move into larger maps killed before any change leaves the old or the new generation (${mode})`, async () => {
      node = new Node(objects, 4);
      const args = ["--attach", mode];
      const survived = { old: 0, new: 0 };
      for (let at = 1; ; at++) {
        expect(node.apply(state(objects, 1, OLD), args).stderr).toBe("");
        const killed = node.apply(state(objects, 2, NEW, { sizes: LARGER }), args, {
          LD_PRELOAD: objects.killAt,
          KILL_AT: `${at}`,
        });
        if (killed.signal !== "SIGKILL") {
          expect(killed.stderr).toBe("");
          break;
        }
        const { generation } = node.status();
        expect(await node.probe(), `killed at ${at}`).toBe(generation === 1 ? OLD_ARRIVES : NEW_ARRIVES);
        survived[generation === 1 ? "old" : "new"]++;
        if (at % 3) {
          const after = node.apply(state(objects, generation + 1, NEW, { sizes: LARGER }), args);
          expect(after.stderr, `after ${at}`).toBe("");
          expect(await node.probe(), `after the repair of ${at}`).toBe(NEW_ARRIVES);
          expect(node.status().problems).toEqual([]);
        }
        expect(node.detach().stderr).toBe("");
        expect(node.leftovers(), `after ${at}`).toEqual([]);
      }
      expect(survived.old).toBeGreaterThan(20);
      expect(survived.new).toBeGreaterThan(5);
    });
  }

  test("a resident loader moves by a whole state, and goes on with deltas", async () => {
    node = new Node(objects, 2);
    resident = new Resident(node);
    expect((await resident.ask(state(objects, 1, ["deny", "allow"]))).generation).toBe(1);
    const large = state(objects, 2, ["deny", "deny to"], { sizes: LARGER });
    expect((await resident.ask(large)).generation).toBe(2);
    expect(await node.probe()).toBe("00 10");
    // A class that the smaller maps had no room for: a row that was never written denies.
    const seven = { addresses4: words(0x0100630a, 7) };
    expect((await resident.ask(delta(3, ["allow"], seven))).generation).toBe(3);
    expect(await node.probe()).toBe("00 10");
    const row = { rows: [{ subject: 0, at: 7, values: words(...rowOf("deny to")) }] };
    expect((await resident.ask(delta(4, [], row))).generation).toBe(4);
    expect(await node.probe()).toBe("10 10");
    expect(await resident.end()).toEqual({ code: 0, stderr: "" });
    expect(node.status().problems).toEqual([]);
  });
});
