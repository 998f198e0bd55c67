import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { leftovers, noLab } from "../leftovers.js";

interface Asked {
  readonly client: string;
  readonly client_kind: string;
  readonly kind: string;
  readonly result: string;
  readonly ingress_node: string;
  readonly backend_node: string | null;
  readonly source_seen: string | null;
  readonly replies_on_ingress: number;
  readonly direct: boolean;
  readonly wrong?: readonly string[];
}

describe.skipIf(noLab)("polc lab examples/dsr", () => {
  test(
    "clients outside are seen as they are, and no reply passes the node that they asked",
    { timeout: 300_000 },
    () => {
      const args = ["dist/src/cli/main.js", "lab", "examples/dsr", "--format", "json"];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        encoding: "utf8",
        maxBuffer: 1 << 26,
      });
      expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
      const report = JSON.parse(stdout) as {
        lab: string;
        services: Asked[];
        denied: {
          connection: { src_ip: string };
          dest: { pod_name: string };
          policies: { source: string }[];
        }[];
      };
      expect(report.services.filter(({ wrong }) => wrong)).toEqual([]);
      const outside = report.services.filter(({ client_kind }) => client_kind === "outside");
      expect(new Set(outside.map(({ kind }) => kind))).toEqual(
        new Set(["node-port", "load-balancer", "external-ip"]),
      );
      const answered = outside.filter(({ result }) => result === "connected");
      expect(answered).toHaveLength(16);
      for (const { ingress_node, backend_node, client, source_seen, replies_on_ingress } of answered)
        expect([ingress_node, backend_node === ingress_node, source_seen, replies_on_ingress]).toEqual([
          "node-1",
          false,
          client,
          0,
        ]);
      // The client that policy does not name is denied where the backend is, by its own address.
      expect(report.denied).toContainEqual(
        expect.objectContaining({
          connection: expect.objectContaining({ src_ip: "198.51.100.1" }) as unknown,
          dest: expect.objectContaining({ pod_name: "api" }) as unknown,
          service: expect.objectContaining({ name: "api" }) as unknown,
          policies: expect.arrayContaining([
            expect.objectContaining({ source: "examples/dsr/policies.yaml:27" }),
          ]) as unknown,
        }),
      );
      expect(leftovers(report.lab)).toEqual([]);
    },
  );
});
