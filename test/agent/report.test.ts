import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { otherDataplanes } from "../../src/agent/other_dataplanes.js";
import { Events } from "../../src/agent/report/events.js";
import type { Pages } from "../../src/agent/report/http_server.js";
import { serveStatus } from "../../src/agent/report/http_server.js";
import { Durations, metricsText } from "../../src/agent/report/metrics.js";
import { isFailure } from "../../src/node/failure.js";

describe("events", () => {
  const about = { apiVersion: "v1", kind: "Pod", name: "web", namespace: "shop", uid: "u1" };
  const text = { type: "Warning", reason: "PolicyNotEnforced", message: "no interface" } as const;
  let posted: { path: string; body: { metadata: { name: string }; count: number } }[];
  let answer: unknown;
  let now: number;
  let failed: string[];
  let events: Events;
  beforeEach(() => {
    [posted, answer, now, failed] = [[], {}, 0, []];
    const post = (path: string, body: object) => {
      posted.push({ path, body: body as (typeof posted)[number]["body"] });
      return Promise.resolve(answer);
    };
    events = new Events(
      { post },
      "node1",
      ({ error }) => failed.push(error),
      () => now,
    );
  });

  test("are made in the object's namespace, with what they concern", async () => {
    await events.say(about, text);
    expect(posted[0]).toMatchObject({
      path: "/api/v1/namespaces/shop/events",
      body: { ...text, involvedObject: about, source: { component: "polc-agent", host: "node1" }, count: 1 },
    });
  });

  test("that say the same are made once in ten minutes", async () => {
    await events.say(about, text);
    await events.say(about, text);
    now = 11 * 60_000;
    await events.say(about, text);
    expect(posted.map(({ body }) => body.count)).toEqual([1, 2]);
  });

  test("of every agent about one object have one name, so the API keeps one, and that is no failure", async () => {
    await events.say(about, text);
    answer = { error: "already exists", status: 409 };
    const other = new Events(
      { post: (path, body) => (posted.push({ path, body: body as never }), Promise.resolve(answer)) },
      "node2",
    );
    await other.say(about, text);
    expect(posted[0]!.body.metadata.name).toBe(posted[1]!.body.metadata.name);
    now = 11 * 60_000;
    await events.say(about, text);
    expect(failed).toEqual([]);
  });

  test("that the API does not take are said", async () => {
    answer = { error: "events is forbidden", status: 403 };
    await events.say(about, text);
    expect(failed).toEqual(["events is forbidden"]);
  });
});

describe("metrics", () => {
  test("have a help, a type, and values whose labels are escaped", () => {
    const values = [{ labels: { reason: 'a "b"\n\\' }, value: 3 }, { value: 4 }];
    expect(metricsText([{ name: "polc_x", help: "It counts.", type: "counter", values }])).toBe(
      '# HELP polc_x It counts.\n# TYPE polc_x counter\npolc_x{reason="a \\"b\\"\\n\\\\"} 3\npolc_x 4\n',
    );
  });

  test("of durations are cumulative", () => {
    const durations = new Durations([0.01, 0.1]);
    for (const seconds of [0.005, 0.05, 5]) durations.add(seconds);
    expect(durations.text("polc_s", "Time.").split("\n").slice(2)).toEqual([
      'polc_s_bucket{le="0.01"} 1',
      'polc_s_bucket{le="0.1"} 2',
      'polc_s_bucket{le="+Inf"} 3',
      "polc_s_sum 5.055",
      "polc_s_count 3",
      "",
    ]);
  });
});

describe("pages", () => {
  async function ask(pages: Partial<Pages>, path: string, method = "GET") {
    const whole = {
      healthz: () => undefined,
      readyz: () => undefined,
      metrics: () => Promise.resolve("m 1\n"),
      ...pages,
    };
    const server = await serveStatus(whole, "127.0.0.1:0");
    if (isFailure(server)) throw new Error(server.error);
    try {
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      return [answer.status, await answer.text()];
    } finally {
      server.close();
    }
  }

  test("say that all is well, or why not", async () => {
    expect(await ask({}, "/readyz")).toEqual([200, "ok\n"]);
    expect(await ask({ readyz: () => "not listed yet: pods" }, "/readyz?verbose")).toEqual([
      503,
      "not listed yet: pods\n",
    ]);
    expect(await ask({}, "/metrics")).toEqual([200, "m 1\n"]);
    expect((await ask({ metrics: () => Promise.reject(new Error("no kernel")) }, "/metrics"))[0]).toBe(500);
    expect((await ask({}, "/other"))[0]).toBe(404);
    expect((await ask({}, "/metrics", "POST"))[0]).toBe(405);
  });

  test("cannot be at an address that is taken", async () => {
    const pages = { healthz: () => undefined, readyz: () => undefined, metrics: () => Promise.resolve("") };
    const first = await serveStatus(pages, "127.0.0.1:0");
    if (isFailure(first)) throw new Error(first.error);
    const { port } = first.address() as AddressInfo;
    expect(await serveStatus(pages, `127.0.0.1:${port}`)).toMatchObject({
      error: expect.stringContaining(`cannot listen on 127.0.0.1:${port}`),
      help: "pass another address to --listen",
    });
    first.close();
  });
});

describe("another dataplane", () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "polct-"))));
  afterEach(() => rmSync(root, { recursive: true }));
  const pin = (folder: string, name: string) => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, name), "");
  };

  test("is known by what it has pinned, and named once", () => {
    pin("tc/globals", "cilium_calls_00042");
    pin("cilium", "devices");
    pin("globals/aws/programs", "x");
    expect(otherDataplanes(root)).toEqual([
      "Cilium (or GKE Dataplane V2, which is Cilium)",
      "the AWS network policy agent",
    ]);
  });

  test("is not seen where others have pins of their own", () => {
    pin("tc/globals", "my_map");
    pin("polc", "node1");
    expect(otherDataplanes(root)).toEqual([]);
    expect(otherDataplanes(join(root, "none"))).toEqual([]);
  });
});
