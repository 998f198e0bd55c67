/** The workloads of examples/online-boutique with a server in the place of each image, and connections between all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../../src/cluster/resource.js";
import { readPolicy } from "../../src/agent/objects/read.js";
import { decide } from "../../src/analysis/semantics/decide.js";
import { packageRoot } from "../../src/source/package_root.js";
import type { Cluster } from "./cluster.js";
import type { Known } from "./known.js";
import { knownTo } from "./known.js";
import type { RunningPod, WantedPod } from "./pods.js";
import { InPod, runPods } from "./pods.js";

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly {
          readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
        }[];
      };
    };
  };
}

export interface Connection {
  /** Pods. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly verdict: "allow" | "deny";
}

export class Boutique {
  private constructor(
    private readonly pods: readonly RunningPod[],
    private readonly probes: readonly InPod[],
    private readonly known: Known,
  ) {}

  static async start(cluster: Cluster): Promise<Boutique> {
    const path = join(packageRoot(), "examples/online-boutique/workloads.yaml");
    const objects = loadAll(readFileSync(path, "utf8")) as Workload[];
    cluster.makeNamespace("boutique");
    const wanted = objects.filter(({ kind }) => kind === "Deployment").map(podOf);
    const pods = runPods(cluster, wanted);
    const probes: InPod[] = [];
    for (const { ips } of pods) probes.push(await InPod.start(ips[0]!, "attempts.cjs"));
    return new Boutique(pods, probes, knownTo(cluster));
  }

  /** All pods by all, by TCP, and where that is not what the policies of this folder say. */
  async ask(folder: string): Promise<{ readonly wrong: string[]; readonly asked: readonly Connection[] }> {
    const objects = loadAll(readFileSync(join(folder, "policies.yaml"), "utf8")) as KubeObject[];
    const policies = objects.map((object) => readPolicy(object, () => []).policy);
    const wrong: string[] = [];
    const asked: Connection[] = [];
    await Promise.all(
      this.pods.map(async (from, i) => {
        const targets = this.pods
          .filter((to) => to !== from)
          .flatMap((to) =>
            to.ports.map(({ port }) => ({ to, host: to.ips[0]!, port, protocol: "TCP" as const })),
          );
        const answers = await this.probes[i]!.ask<boolean[]>(
          targets.map(({ host, port, protocol }) => ({ host, port, protocol })),
        );
        for (const [j, { to, port, protocol }] of targets.entries()) {
          const flow = { from: this.known.end(from, 4), to: this.known.end(to, 4), protocol, port };
          const { verdict } = decide(policies, flow);
          asked.push({ from: from.name, to: to.name, port, verdict });
          if (answers[j] !== (verdict === "allow"))
            wrong.push(`${from.name} -> ${to.name} ${port} should be ${verdict}`);
        }
      }),
    );
    return { wrong, asked };
  }

  end(): void {
    for (const probe of this.probes) probe.end();
  }
}

/** Over the three nodes in turn. */
function podOf({ metadata, spec: { template } }: Workload, i: number): WantedPod {
  const ports = template.spec.containers.flatMap(({ ports = [] }) =>
    ports.map(({ name, containerPort }) => ({ name, port: containerPort })),
  );
  return {
    ...{ namespace: metadata.namespace!, name: metadata.name, node: `node${(i % 3) + 1}` },
    labels: template.metadata.labels,
    // A port once, though it may be served by two protocols: the server has both.
    ports: ports.filter(({ port }, at) => ports.findIndex((each) => each.port === port) === at),
  };
}
