import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PassedOver } from "../../src/log/passed_over.js";
import type { LogRecord } from "../../src/log/record.js";
import { isFailure } from "../../src/node/failure.js";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "polc-logs-"))));
afterAll(() => rmSync(folder, { recursive: true }));

function record(number: number, disposition: LogRecord["disposition"] = "deny"): LogRecord {
  const connection = {
    src_ip: "10.0.0.1",
    dest_ip: "10.0.0.2",
    protocol: "tcp",
    direction: "ingress",
  } as const;
  return { connection, disposition, count: number, timestamp: "2026-01-01T00:00:00.000Z" };
}

function open(name: string): PassedOver {
  const opened = PassedOver.open(name, join(folder, name));
  if (isFailure(opened)) throw new Error(opened.error);
  return opened;
}

function taken(
  reader: PassedOver,
  isAsked: (record: LogRecord) => boolean,
  most = Infinity,
): readonly number[] {
  const counts: number[] = [];
  reader.take(isAsked, ({ count }) => counts.push(count) < most);
  return counts;
}

const ALL = () => true;

test("what a reader passes over is there for the next one, once, in its order", () => {
  const first = open("order");
  for (const number of [1, 2, 3]) first.add(record(number, number === 2 ? "allow" : "deny"));
  first.close();
  const second = open("order");
  expect(taken(second, ({ disposition }) => disposition === "allow")).toEqual([2]);
  second.close();
  const third = open("order");
  expect(taken(third, ALL)).toEqual([1, 3]);
  third.close();
  expect(readdirSync(join(folder, "order"))).toEqual([]);
});

test("a reader that has enough leaves the others", () => {
  const first = open("enough");
  for (const number of [1, 2, 3]) first.add(record(number));
  first.close();
  const second = open("enough");
  expect(taken(second, ALL, 2)).toEqual([1, 2]);
  second.close();
  const third = open("enough");
  expect(taken(third, ALL)).toEqual([3]);
  third.close();
});

test("the oldest go when there are too many, and only root reads the file", () => {
  const first = open("many");
  for (let number = 1; number <= 10_000; number++) first.add(record(number));
  first.close();
  expect(statSync(join(folder, "many", "passed-over.json")).mode & 0o777).toBe(0o600);
  const second = open("many");
  const counts = taken(second, ALL);
  expect([counts.length, counts[0], counts.at(-1)]).toEqual([4096, 5905, 10_000]);
  second.close();
});

test("there is one reader at a time", () => {
  const first = open("one");
  expect(PassedOver.open("one", join(folder, "one"))).toEqual({
    error: `process ${process.pid} reads the log of this instance`,
    help: "wait until it is done",
  });
  first.close();
  open("one").close();
});
