import { expect, test } from "vitest";
import { judge } from "./judged.js";

const STEPS = [
  { ports: [1], sent: 0 },
  { ports: [2], sent: 100 },
  { ports: [3], sent: 200 },
];

test("a connection that the newest policy or the one before allows is in order", () => {
  const answered = [
    { port: 1, start: 90, end: 110 },
    { port: 2, start: 120, end: 130 },
  ];
  expect(judge(STEPS, answered)).toEqual({ stray: [], newest: 1 });
});

test("a connection by a policy that was not made yet is found", () => {
  const early = { port: 3, start: 150, end: 160 };
  expect(judge(STEPS, [early]).stray).toEqual([early]);
});

test("a connection by a policy that another one had replaced is found", () => {
  const old = { port: 1, start: 240, end: 250 };
  const answered = [{ port: 3, start: 210, end: 220 }, old];
  expect(judge(STEPS, answered)).toEqual({ stray: [old], newest: 2 });
});

test("a connection that began before the newer policy was seen may be by the older one", () => {
  const answered = [
    { port: 3, start: 210, end: 220 },
    { port: 1, start: 215, end: 250 },
  ];
  expect(judge(STEPS, answered).stray).toEqual([]);
});
