/** What a client does while an API server is away, busy, slow or started anew, and how it says who it is. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Cluster } from "../../src/cluster/client.js";
import type { ClusterOptions } from "../../src/cluster/client.js";
import { Connection } from "../../src/cluster/connection.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import type { ApiFailure } from "../../src/cluster/resource.js";
import { serviceAccount } from "../../src/cluster/service_account.js";
import { isFailure } from "../../src/node/failure.js";
import { FakeApi, status } from "../agent/fake_api.js";

const { configMaps, namespaces } = RESOURCES;
const PATH = "/api/v1/namespaces";
const MAP = { metadata: { name: "x", namespace: "shop" } };

describe("a client", () => {
  let fake: FakeApi;
  beforeEach(async () => {
    fake = await FakeApi.start(PATH);
  });
  afterEach(() => fake.stop());

  function client(options: ClusterOptions = {}): Cluster {
    const credentials = { context: "here", server: fake.url, authenticate: () => Promise.resolve() };
    return new Cluster(new Connection(credentials), options);
  }

  /** The first of so many requests, and what becomes of them. */
  function failing(count: number, how: "broken" | "busy"): void {
    let tries = 0;
    fake.fault = (_, response) => {
      if (++tries > count) return false;
      if (how === "broken") response.destroy();
      else status(response, 503, "ServiceUnavailable", "not yet");
      return true;
    };
  }

  test("whose first request finds nobody is told at once", async () => {
    const away = client();
    fake.stop();
    const began = performance.now();
    expect(await away.list(namespaces)).toMatchObject({ isAway: true });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(fake.requests).toEqual([]);
  });

  test("whose first request finds a busy server tries for a second, no longer", async () => {
    failing(1000, "busy");
    const began = performance.now();
    expect(await client().list(namespaces)).toMatchObject({ status: 503 });
    expect(performance.now() - began).toBeLessThan(3000);
    expect(fake.requests.length).toBeGreaterThan(1);
  });

  for (const how of ["broken", "busy"] as const)
    test(`that was answered once goes on over a server that is ${how}, and tells it`, async () => {
      const told: ApiFailure[] = [];
      const cluster = client({ patience: { ms: 10_000, onAway: (failure) => told.push(failure) } });
      expect(isFailure(await cluster.list(namespaces))).toBe(false);
      failing(3, how);
      expect(isFailure(await cluster.create(configMaps, MAP))).toBe(false);
      expect(told.map(({ status: code }) => code)).toEqual(Array(3).fill(how === "busy" ? 503 : undefined));
    });

  test("is not patient for longer than it was told", async () => {
    const cluster = client({ patience: { ms: 700 } });
    await cluster.list(namespaces);
    failing(1000, "broken");
    const began = performance.now();
    expect(await cluster.create(configMaps, MAP)).toMatchObject({ isAway: true });
    expect(performance.now() - began).toBeLessThan(1500);
  });

  test("does not ask again what the server has refused", async () => {
    const cluster = client();
    fake.fault = (_, response) => {
      status(response, 422, "Invalid", "no");
      return true;
    };
    expect(await cluster.create(configMaps, MAP)).toMatchObject({ status: 422 });
    expect(fake.requests).toHaveLength(1);
  });

  test("waits as long as the server asks for", async () => {
    const cluster = client();
    await cluster.list(namespaces);
    let tries = 0;
    fake.fault = (_, response) => {
      if (++tries > 1) return false;
      response.writeHead(429, { "retry-after": "1" }).end("{}");
      return true;
    };
    const began = performance.now();
    expect(isFailure(await cluster.create(configMaps, MAP))).toBe(false);
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  test("whose removal was done, though its answer was lost, has removed it", async () => {
    const cluster = client();
    await cluster.list(namespaces);
    failing(1, "broken");
    // The second try finds nothing: this server has no ConfigMaps.
    expect(await cluster.delete(configMaps, MAP.metadata)).toBeUndefined();
    expect(fake.requests.at(-1)!.method).toBe("DELETE");
    expect(await cluster.delete(configMaps, MAP.metadata)).toMatchObject({ status: 404 });
  });
});

describe("the service account of a pod", () => {
  let directory: string;
  const env = { KUBERNETES_SERVICE_HOST: "fd96::1", KUBERNETES_SERVICE_PORT: "6443" };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    writeFileSync(join(directory, "ca.crt"), "a certificate");
    writeFileSync(join(directory, "token"), "first\n");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("is asked for its token at each request, since that is renewed", async () => {
    const account = serviceAccount(directory, env);
    if (!account || isFailure(account)) throw new Error("none");
    expect(account.server).toBe("https://[fd96::1]:6443");
    const sent = async () => {
      const options: RequestOptions = { headers: { accept: "x" } };
      await account.authenticate(options);
      return { ca: String(options.ca as Buffer), headers: options.headers };
    };
    expect(await sent()).toEqual({
      ca: "a certificate",
      headers: { accept: "x", authorization: "Bearer first" },
    });
    writeFileSync(join(directory, "token"), "second\n");
    expect((await sent()).headers).toEqual({ accept: "x", authorization: "Bearer second" });
  });

  test("is none outside of a pod", () => {
    expect(serviceAccount(directory, {})).toBeUndefined();
    expect(serviceAccount(join(directory, "none"), env)).toBeUndefined();
  });

  test("without a certificate is an error that names the file", () => {
    rmSync(join(directory, "ca.crt"));
    expect(serviceAccount(directory, env)).toMatchObject({
      error: expect.stringContaining(join(directory, "ca.crt")) as string,
    });
  });
});
