/** The Kubernetes project's network-policy suite, with `polc agent --live` as the only thing that enforces. */
import type { Tally } from "../systems/tally.js";
import { Cluster } from "./cluster.js";
import type { Impossible } from "./e2e.js";
import { runSuite } from "./e2e.js";

const SCTP = "[Feature:SCTPConnectivity]";
const IMPOSSIBLE: Impossible = [
  [/Netpol.*SCTPConnectivity/, "this kernel has no SCTP sockets, which the suite's pods open"],
];

/** Two halves at once take two thirds of the time, and do not see each other. */
const HALVES = [
  { name: "netpol-1", focus: "Netpol.*enforc", skip: SCTP.replace(/[[\]]/g, "\\$&") },
  { name: "netpol-2", focus: "Netpol", skip: `enforc|${SCTP.replace(/[[\]]/g, "\\$&")}` },
];

export async function netpol(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: Number(process.env.POLC_CLUSTER_NODES ?? 2) });
  try {
    // kube-proxy translates service addresses behind the pod's link: the suite asks services, and judges by their pods.
    await cluster.startAgents("--services");
    const focus = process.env.POLC_FOCUS;
    await runSuite(cluster, tally, focus === undefined ? HALVES : [{ name: "netpol", focus }], IMPOSSIBLE);
  } finally {
    await cluster.down();
  }
}
