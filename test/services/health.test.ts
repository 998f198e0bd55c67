import { afterEach, expect, test } from "vitest";
import { HealthServer } from "../../src/services/health.js";

const servers: HealthServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

function serverOn(...addresses: string[]): HealthServer {
  const server = new HealthServer(addresses);
  servers.push(server);
  return server;
}

const check = (port: number, localEndpoints: number) => ({
  ...{ namespace: "shop", name: "web", port, localEndpoints },
});

test("a load balancer gets the body and headers of kube-proxy, on every path", async () => {
  const server = serverOn("127.0.0.1");
  expect(await server.set([check(31987, 1)])).toEqual([]);
  const answer = await fetch("http://127.0.0.1:31987/any/path");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("x-load-balancing-endpoint-weight")).toBe("1");
  expect(await answer.text()).toBe(
    '{\n\t"service": {\n\t\t"namespace": "shop",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": 1,\n\t"serviceProxyHealthy": true\n}',
  );
  await server.set([check(31987, 0)]);
  const without = await fetch("http://127.0.0.1:31987/");
  expect(without.status).toBe(503);
  expect(without.headers.get("x-load-balancing-endpoint-weight")).toBe("0");
});

test("a Service that is gone closes its port, and one with another port moves", async () => {
  const server = serverOn("127.0.0.1");
  await server.set([check(31987, 1)]);
  await server.set([check(31988, 1)]);
  expect((await fetch("http://127.0.0.1:31988/")).status).toBe(200);
  await expect(fetch("http://127.0.0.1:31987/")).rejects.toThrow();
  await server.set([]);
  await expect(fetch("http://127.0.0.1:31988/")).rejects.toThrow();
});

test("a port that another process has is a problem, and the others are served", async () => {
  const [first, second] = [serverOn("127.0.0.1"), serverOn("127.0.0.1")];
  await first.set([check(31987, 1)]);
  const problems = await second.set([check(31987, 1), { ...check(31988, 2), name: "api" }]);
  expect(problems.map(({ service, port }) => ({ service, port }))).toEqual([
    { service: "shop/web", port: 31987 },
  ]);
  expect((await fetch("http://127.0.0.1:31988/")).status).toBe(200);
});
