import { expect, test } from "vitest";
import { decide } from "../../src/analysis/semantics/decide.js";
import type { Endpoint } from "../../src/analysis/semantics/decide.js";
import { impliedNamespace } from "../../src/analysis/semantics/select.js";
import { loadProject } from "../../src/parser/project.js";
import type { Project } from "../../src/parser/project.js";

const cwd = new URL("../../", import.meta.url).pathname;

function pod(project: Project, name: string): Endpoint {
  const found = project.inventory.pods.find((each) => each.name === name)!;
  return { kind: "pod", pod: found, namespace: impliedNamespace(found.namespace) };
}

function verdict(
  project: Project,
  from: Endpoint,
  to: Endpoint,
  port: number,
  protocol: "TCP" | "UDP" = "TCP",
): string {
  return decide(project.policies, { from, to, protocol, port }).verdict;
}

const INTERNET: Endpoint = { kind: "address", ip: "203.0.113.7" };
const PRIVATE: Endpoint = { kind: "address", ip: "10.200.0.1" };

/** Who calls whom in the boutique, on which container port. */
const CALLS = [
  ["frontend", "productcatalogservice", 3550],
  ["frontend", "currencyservice", 7000],
  ["frontend", "cartservice", 7070],
  ["frontend", "recommendationservice", 8080],
  ["frontend", "shippingservice", 50051],
  ["frontend", "checkoutservice", 5050],
  ["frontend", "adservice", 9555],
  ["checkoutservice", "productcatalogservice", 3550],
  ["checkoutservice", "shippingservice", 50051],
  ["checkoutservice", "paymentservice", 50051],
  ["checkoutservice", "emailservice", 8080],
  ["checkoutservice", "currencyservice", 7000],
  ["checkoutservice", "cartservice", 7070],
  ["recommendationservice", "productcatalogservice", 3550],
  ["cartservice", "redis-cart", 6379],
  ["loadgenerator", "frontend", 8080],
] as const;

test("the boutique has a policy for each of its eleven services, and no finding", async () => {
  const project = await loadProject(["examples/online-boutique"], { cwd });
  expect(project.diagnostics).toEqual([]);
  expect(project.policies.map(({ name }) => name)).toEqual(
    project.inventory.services
      .filter(({ namespace }) => namespace === "boutique")
      .map(({ name }) => `boutique-${name}`),
  );
  expect(project.policies).toHaveLength(11);
  expect(project.policies.every(({ logged }) => logged)).toBe(true);
});

test("in the boutique, exactly the calls of its services pass", async () => {
  const project = await loadProject(["examples/online-boutique"], { cwd });
  const pods = project.inventory.pods
    .filter(({ namespace }) => namespace === "boutique")
    .map(({ name }) => name);
  const ports = [...new Set(project.inventory.pods.flatMap((each) => each.ports.map(({ port }) => port)))];
  const allowed: unknown[] = [];
  for (const from of pods)
    for (const to of pods)
      for (const port of ports)
        if (verdict(project, pod(project, from), pod(project, to), port) === "allow")
          allowed.push([from, to, port]);
  // The load generator has no policy, so nothing isolates it: all of its own ports are open to its like.
  const own = allowed.filter((call) => (call as string[])[1] !== "loadgenerator");
  expect(own.sort()).toEqual([...CALLS].sort());
  expect(verdict(project, INTERNET, pod(project, "frontend"), 8080)).toBe("allow");
  expect(verdict(project, INTERNET, pod(project, "cartservice"), 7070)).toBe("deny");
  for (const name of pods)
    expect(verdict(project, pod(project, name), pod(project, "kube-dns"), 53, "UDP")).toBe("allow");
});

test("default-deny opens what its policies say, and nothing else", async () => {
  const project = await loadProject(["examples/default-deny"], { cwd });
  expect(project.diagnostics).toEqual([]);
  const ask = (from: string, to: string, port: number) =>
    verdict(project, pod(project, from), pod(project, to), port);
  expect(ask("web", "api", 8080)).toBe("allow");
  expect(ask("api", "database", 5432)).toBe("allow");
  expect(ask("prometheus", "database", 9187)).toBe("allow");
  expect(ask("web", "database", 5432)).toBe("deny");
  expect(ask("api", "web", 8443)).toBe("deny");
  expect(ask("prometheus", "api", 8080)).toBe("deny");
  expect(verdict(project, INTERNET, pod(project, "web"), 8443)).toBe("allow");
  expect(verdict(project, PRIVATE, pod(project, "web"), 8443)).toBe("deny");
  expect(verdict(project, pod(project, "database"), INTERNET, 443)).toBe("deny");
});
