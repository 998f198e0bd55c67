import { expect, test } from "vitest";
import { Backoff, pause } from "../../src/node/backoff.js";

const never = new AbortController().signal;

function failing(backoff: Backoff, times: number): number[] {
  return Array.from({ length: times }, () => {
    backoff.failed();
    return backoff.due();
  });
}

test("each pause is twice as long as the one before, up to the longest", () => {
  const backoff = new Backoff({ longestMs: 500, random: () => 1 });
  expect(failing(backoff, 5)).toEqual([100, 200, 400, 500, 500]);
});

test("half of a pause is random", () => {
  expect(failing(new Backoff({ random: () => 0 }), 2)).toEqual([50, 100]);
});

test("so many failures as are free are followed by no pause", () => {
  expect(failing(new Backoff({ free: 1, random: () => 1 }), 3)).toEqual([0, 100, 200]);
});

test("what has worked begins anew", () => {
  const backoff = new Backoff({ random: () => 1 });
  failing(backoff, 4);
  backoff.worked();
  expect([backoff.due(), ...failing(backoff, 1)]).toEqual([0, 100]);
});

test("what the other side asks for is waited for at least", () => {
  const backoff = new Backoff({ random: () => 1 });
  backoff.failed();
  expect([backoff.due(5000), backoff.due(10)]).toEqual([5000, 100]);
});

test("a pause ends when the signal says so", async () => {
  const ending = new AbortController();
  const began = performance.now();
  setTimeout(() => ending.abort(), 20);
  await Promise.all([pause(60_000, ending.signal), pause(0, never)]);
  expect(performance.now() - began).toBeLessThan(30_000);
});
