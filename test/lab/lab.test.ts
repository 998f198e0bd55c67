import { afterEach, describe, expect, test } from "vitest";
import type { Inventory } from "../../src/ir/inventory.js";
import { allCells, probeCells } from "../../src/lab/probe/cells.js";
import { portsToTry } from "../../src/lab/probe/ports.js";
import type { ProbedCell } from "../../src/lab/probe/cells.js";
import { INTERNET, Lab } from "../../src/lab/lab.js";
import { deniedConnections } from "../../src/lab/report/denied.js";
import { planLab } from "../../src/lab/plan.js";
import { labName } from "../../src/lab/run/run_name.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { leftovers, noLab } from "./leftovers.js";

const PODS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: c, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: c, ports: [{ containerPort: 53, protocol: UDP }, { containerPort: 9999, protocol: SCTP }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: cron, namespace: ops }
spec: { containers: [{ name: c }] }
`;

const policy = (name: string, spec: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
const WEB_TO_DB = policy(
  "db",
  "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }",
);
const NOTHING_IN = policy("nothing-in", "{ podSelector: {}, policyTypes: [Ingress] }");

const read = (yaml: string, name = "shop.yaml") => {
  const sources = new SourceMap();
  return { ...parseYamlFile(sources.add(new SourceFile(name, yaml))), sources };
};
const inventory: Inventory = read(PODS).inventory;

describe.skipIf(noLab)("a lab on this machine", () => {
  const labs: Lab[] = [];
  afterEach(async () => {
    for (const lab of labs.splice(0)) await lab.down();
  });
  const up = async () => {
    const lab = await Lab.up(planLab(labName(), inventory, 2));
    labs.push(lab);
    const ports = portsToTry(lab.plan, []).all;
    await lab.listen((endpoint) =>
      endpoint === INTERNET
        ? ports
        : lab.plan.pods.find(({ pod }) => `${pod.namespace}/${pod.name}` === endpoint)!.pod.ports,
    );
    return lab;
  };
  const apply = async (lab: Lab, yaml: string) => {
    const { policies, sources, diagnostics } = read(yaml);
    expect(diagnostics).toEqual([]);
    expect(await lab.apply(policies, sources)).toEqual([]);
  };
  const probe = (lab: Lab) => probeCells(lab, allCells(lab.plan, portsToTry(lab.plan, []).all), 500);
  const deniedPairs = (cells: readonly ProbedCell[]) =>
    [...new Set(cells.filter(({ found }) => found === "deny").map(({ from, to }) => `${from} ${to}`))].sort();
  const wrong = (cells: readonly ProbedCell[]) => cells.filter(({ found, expected }) => found !== expected);

  test("without policies everything is reached, where something listens and where nothing does", async () => {
    const lab = await up();
    const cells = await probe(lab);
    expect(cells).toHaveLength(4 * 3 * 3 * 2); // ordered pairs, ports, families
    const results = (to: string, protocol: string) => [
      ...new Set(
        cells
          .filter((cell) => cell.to === to && cell.protocol === protocol)
          .map(({ outcome }) => outcome.result),
      ),
    ];
    expect({
      web: results("shop/web", "TCP"),
      db: results("shop/db", "UDP"),
      sctp: results("shop/db", "SCTP"),
    }).toEqual({
      web: ["connected"],
      db: ["connected"],
      sctp: ["connected"],
    });
    expect(["TCP", "UDP", "SCTP"].map((protocol) => results("ops/cron", protocol))).toEqual([
      ["refused"],
      ["refused"],
      ["refused"],
    ]);
    expect(["TCP", "UDP", "SCTP"].map((protocol) => results(INTERNET, protocol))).toEqual([
      ["connected"],
      ["connected"],
      ["connected"],
    ]);
  });

  test("an address that nobody has is never reached", async () => {
    const lab = await up();
    const attempt = (address: string) =>
      lab.attempt("shop/web", { protocol: "TCP", address, port: 80, timeoutMs: 300 });
    expect([(await attempt("10.64.9.9")).result, (await attempt("fd0c:1::9999")).result]).not.toContain(
      "connected",
    );
  });

  test("policies and labels change while it runs", async () => {
    const lab = await up();
    await apply(lab, WEB_TO_DB);
    const first = await probe(lab);
    expect([deniedPairs(first), wrong(first)]).toEqual([["internet shop/db", "ops/cron shop/db"], []]);

    await lab.relabel({ pods: [{ namespace: "shop", name: "web", labels: { app: "former" } }] });
    const relabelled = await probe(lab);
    expect([deniedPairs(relabelled), wrong(relabelled)]).toEqual([
      ["internet shop/db", "ops/cron shop/db", "shop/web shop/db"],
      [],
    ]);

    await apply(lab, NOTHING_IN);
    const replaced = await probe(lab);
    expect([deniedPairs(replaced), wrong(replaced)]).toEqual([
      [
        "internet shop/db",
        "internet shop/web",
        "ops/cron shop/db",
        "ops/cron shop/web",
        "shop/db shop/web",
        "shop/web shop/db",
      ],
      [],
    ]);

    await apply(lab, "");
    expect(deniedPairs(await probe(lab))).toEqual([]);
  });

  test("a denied connection is logged with the policy, its file and its line", async () => {
    const lab = await up();
    await apply(lab, WEB_TO_DB);
    await lab.attempt("ops/cron", {
      protocol: "UDP",
      address: lab.plan.pods.find(({ pod }) => pod.name === "db")!.pod.ips[0]!,
      port: 53,
      timeoutMs: 200,
    });
    const denied = await deniedConnections(lab.plan);
    expect(denied).toHaveLength(1);
    expect(denied[0]).toMatchObject({
      disposition: "deny",
      connection: { direction: "ingress", protocol: "udp", dest_port: 53 },
      src: { pod_namespace: "ops", pod_name: "cron" },
      dest: { pod_namespace: "shop", pod_name: "db" },
      policies: [{ kind: "NetworkPolicy", namespace: "shop", name: "db", source: "shop.yaml:4" }],
    });
  });

  test("two labs with the same pods do not reach each other, and one going down leaves the other", async () => {
    const [one, two] = [await up(), await up()];
    await apply(one, NOTHING_IN);
    const cells = await probe(two);
    expect(cells.filter(({ found }) => found !== "allow")).toEqual([]);
    await labs.splice(labs.indexOf(two), 1)[0]!.down();
    expect(deniedPairs(await probe(one))).toContain("ops/cron shop/db");
  });

  test("nothing is left of it when it is down", async () => {
    const lab = await up();
    await apply(lab, WEB_TO_DB);
    const { name } = lab.plan;
    expect(leftovers(name).length).toBeGreaterThan(10);
    await labs.splice(0)[0]!.down();
    expect(leftovers(name)).toEqual([]);
  });
});
