import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { leftovers, noLab } from "../lab/leftovers.js";

const MAIN = "dist/src/cli/main.js";
const folder = mkdtempSync(join(tmpdir(), "polc-logs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 80 }] }] }
---
`;
const OBJECTS = `${pod("web")}${pod("db")}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress] }
`;

const polc = (...args: string[]) => spawnSync("node", [MAIN, ...args], { encoding: "utf8" });

describe.skipIf(noLab)("polc logs of this machine", () => {
  test(
    "a reader with a filter takes nothing from the next one, and what was shown is gone",
    { timeout: 120_000 },
    () => {
      const path = join(folder, "a.yaml");
      writeFileSync(path, OBJECTS);
      const { stderr } = polc("lab", path, "--keep", "--probe", "none", "--nodes", "1");
      const name = /lab (\S+) is running/.exec(stderr)![1]!;
      try {
        const netns = execFileSync("ip", ["netns", "list"], { encoding: "utf8" });
        const web = new RegExp(`^(\\S*${name}\\S*shop\\.web)`, "m").exec(netns)![1]!;
        const address = /is running[^]*?\(([0-9.]+)\)/.exec(stderr)![1]!;
        // The first pod by name is db.
        spawnSync("ip", ["netns", "exec", web, "timeout", "1", "bash", "-c", `: < /dev/tcp/${address}/80`]);
        const instance = ["--instance", `${name}-node-1`, "--once", "-f", "json"];
        const of = (...filter: string[]) =>
          polc("logs", ...instance, ...filter)
            .stdout.trim()
            .split("\n")
            .filter(Boolean);
        expect(of("--policy", "shop/other")).toEqual([]);
        const shown = of("--policy", "shop/db").map((line) => JSON.parse(line) as { disposition: string });
        expect(new Set(shown.map(({ disposition }) => disposition))).toEqual(new Set(["deny"]));
        expect(of("--denied")).toEqual([]);
      } finally {
        polc("lab", "--down", name);
      }
      expect(leftovers(name)).toEqual([]);
    },
  );
});
