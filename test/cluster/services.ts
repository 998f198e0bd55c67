/** The Kubernetes project's suite for Services, with `polc agent --live --services` in the place of kube-proxy. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tally } from "../systems/tally.js";
import { Cluster } from "./cluster.js";
import type { Impossible } from "./e2e.js";
import { runSuite } from "./e2e.js";

const SUITE = "\\[sig-network\\] Services";
const SPLIT = "affinity|ExternalName|terminating|internalTrafficPolicy|Services should serve ";

/** Two halves at once take two thirds of the time, and do not see each other. */
const HALVES = [
  { name: "services-1", focus: `${SUITE}.*(${SPLIT})` },
  { name: "services-2", focus: SUITE, skip: SPLIT },
];

const IMPOSSIBLE: Impossible = [
  [
    /Services should work after restarting (kube-proxy|apiserver)/,
    "the suite itself skips it: the component must run as a labelled pod",
  ],
];

/** A spec asks for an external IP, which polc serves only if it is told to. */
const CONFIG = "services: { externalIPs: true }\n";

export async function services(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: Number(process.env.POLC_CLUSTER_NODES ?? 3), proxy: "none" });
  try {
    const config = join(cluster.state, "polc.config.yaml");
    writeFileSync(config, CONFIG);
    await cluster.startAgents("--services", "--config", config);
    const focus = process.env.POLC_FOCUS;
    await runSuite(cluster, tally, focus === undefined ? HALVES : [{ name: "services", focus }], IMPOSSIBLE);
  } finally {
    await cluster.down();
  }
}
