/** One pod behind policies in both directions, loaded in this kernel for packets of the tests' making. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { Pod } from "../../src/ir/inventory.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { NO_SPAN } from "../../src/source/span.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { SOURCES_ANNOTATION } from "../../src/ir/pod_sources.js";
import { nodeState } from "../../src/state/node_state.js";
import type { Tier } from "../../src/node/loader_status.js";
import { TestRun } from "../../src/verify/test_run.js";
import type { RunAnswer, RunRequest } from "../../src/verify/test_run.js";

/** db accepts web on three ports and ops on everything; it may open 8080 on web and nothing else. */
export const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }, { port: 5353, protocol: UDP }, { port: 9999, protocol: SCTP }]
    - from: [{ podSelector: { matchLabels: { app: ops } } }]
  egress:
    - to: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 8080 }]
`;

export const IP = {
  4: { db: "10.64.0.1", web: "10.64.0.2", ops: "10.64.0.3", other: "10.64.0.4" },
  6: { db: "fd0c::1", web: "fd0c::2", ops: "fd0c::3", other: "fd0c::4" },
} as const;

export const NODE = { 4: "10.64.255.1", 6: "fd0c::ffff" } as const;

/** conntrack.h */
const TICK_NS = 2 ** 30;

export interface Shop {
  /** A packet to db. `fresh`: nothing is known of any connection. */
  toDb(packet: Buffer, fresh?: boolean): Promise<"pass" | "drop">;
  /** A packet that leaves db's interface. */
  fromDb(packet: Buffer, fresh?: boolean): Promise<"pass" | "drop">;
  /** Any packet, and what is logged of it. db's own addresses are those of `IP`. */
  judge(request: Omit<RunRequest, "subject" | "tier">): Promise<RunAnswer>;
  /** What is known gets older by so many seconds, before the next packet. */
  wait(seconds: number): void;
  close(): Promise<void>;
}

export interface ShopOptions {
  readonly audit?: boolean;
  /** Further sources that db's annotation grants it. */
  readonly sources?: string;
}

export async function openShop(tier: Tier, options: ShopOptions = {}): Promise<Shop> {
  const directory = mkdtempSync(join(tmpdir(), "polc-dataplane-test-"));
  const sources = new SourceMap();
  const { policies } = parseYamlFile(sources.add(new SourceFile("shop.yaml", POLICY)));
  const bundle = await buildBundle(policies, sources, join(directory, "bundle"), { form: "specialised" });
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
  const pods = (["db", "web", "ops", "other"] as const).map((app): Pod => ({
    namespace: "shop",
    name: app,
    labels: { app },
    ports: [],
    ips: [IP[4][app], IP[6][app]],
    hostNetwork: false,
    ...(app === "db" &&
      options.sources !== undefined && { annotations: { [SOURCES_ANNOTATION]: options.sources } }),
    span: NO_SPAN,
  }));
  const inventory = { namespaces: [], pods, nodes: [], services: [] };
  const { state } = nodeState(
    bundle as Bundle,
    inventory,
    { name: "node", ips: [NODE[4], NODE[6]] },
    [{ pod: pods[0]!, interface: "db" }],
    { generation: 1, settings: { audit: options.audit ?? false, log_dropped: true } },
  );
  const path = join(directory, "state.json");
  writeFileSync(path, JSON.stringify(state));
  const run = TestRun.start(path);
  const subject = state.pods[0]!.subject!;
  let age = 0;
  const judge: Shop["judge"] = (request) => {
    const waited = age;
    age = 0;
    return run.run({ subject, tier, age: waited, addresses: [IP[4].db, IP[6].db], ...request });
  };
  const send = async (hook: "to_pod" | "from_pod", packet: Buffer, fresh: boolean) =>
    (await judge({ hook, packet, fresh })).verdict;
  return {
    toDb: (packet, fresh = false) => send("to_pod", packet, fresh),
    fromDb: (packet, fresh = false) => send("from_pod", packet, fresh),
    judge,
    wait: (seconds) => void (age += Math.ceil((seconds * 1e9) / TICK_NS)),
    close: async () => {
      await run.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
