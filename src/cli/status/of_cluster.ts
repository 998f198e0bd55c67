import { connect } from "../../cluster/client.js";
import type { ClusterStatus } from "../../deploy/cluster_status.js";
import { clusterStatus } from "../../deploy/cluster_status.js";
import { printableJson } from "../../lint/format/printable_json.js";
import { isFailure } from "../../node/failure.js";
import { colorsFor } from "../../source/pretty.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { clusterText } from "./cluster_text.js";
import type { StatusOptions } from "./status_options.js";

export async function statusOfCluster(options: StatusOptions): Promise<number> {
  const cluster = await connect(options);
  if (isFailure(cluster)) return fail("status", cluster.error, cluster);
  const status = await clusterStatus(cluster, options.name);
  if (isFailure(status)) return fail("status", status.error, status);
  const text =
    options.format === "json"
      ? printableJson(JSON.stringify(asJson(cluster.context, status), null, 2))
      : clusterText(cluster.context, status, colorsFor(process.stdout, options.color));
  process.stdout.write(`${text}\n`);
  return status.problems.length === 0 ? EXIT.ok : EXIT.findings;
}

function asJson(context: string, { bundle, rows, problems }: ClusterStatus): object {
  const { digest, epoch, canary, signatures = [] } = bundle?.spec ?? {};
  const deployed = bundle && {
    ...{ name: bundle.metadata.name, digest, epoch, canary: canary?.nodes ?? [] },
    signedBy: signatures.map(({ keyId }) => keyId),
  };
  const nodes = rows.map(({ node, agent, status, problems: own }) => ({
    ...{ name: node.name, ready: node.isReady },
    agent: agent
      ? { ready: agent.isReady, live: agent.isLive, waiting: agent.waiting ?? null, restarts: agent.restarts }
      : null,
    ...{ status: status ?? null, problems: own },
  }));
  return { version: 1, context, deployed: deployed ?? null, nodes, problems };
}
