import { connect } from "../../../cluster/client.js";
import type { NodeStatus, PolicyBundle } from "../../../cluster/policy_bundle.js";
import { findCurrent } from "../../../deploy/current.js";
import { agentNodes } from "../../../deploy/nodes.js";
import type { ClusterNode } from "../../../deploy/nodes.js";
import { printableJson } from "../../../lint/format/printable_json.js";
import { count, shortDigest } from "../../../node/describe_plan.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import { printable } from "../../../source/printable.js";
import type { ClusterOptions } from "../../cluster_options.js";
import { EXIT } from "../../exit.js";
import { fail } from "../../fail.js";

interface StatusOptions extends ClusterOptions {
  readonly format: "pretty" | "json";
}

/** A node, and what it says; undefined: it said nothing yet. */
interface Row {
  readonly node: ClusterNode;
  readonly status: NodeStatus | undefined;
  readonly isGood: boolean;
}

export async function run(options: StatusOptions): Promise<number> {
  const cluster = await connect(options);
  if (isFailure(cluster)) return failed(cluster);
  const current = await findCurrent(cluster, options.name);
  if (isFailure(current)) return failed(current);
  const { bundle } = current;
  if (!bundle) {
    const json = options.format === "json";
    process.stdout.write(
      json ? `${JSON.stringify({ version: 1, deployed: null, nodes: [] })}\n` : "nothing is deployed\n",
    );
    return EXIT.findings;
  }
  const nodes = await agentNodes(cluster, bundle.status?.nodes ?? []);
  if (isFailure(nodes)) return failed(nodes);
  const rows = rowsOf(bundle, nodes);
  process.stdout.write(`${options.format === "json" ? asJson(bundle, rows) : asText(bundle, rows)}\n`);
  return rows.length > 0 && rows.every(({ isGood }) => isGood) ? EXIT.ok : EXIT.findings;
}

function rowsOf({ spec, status }: PolicyBundle, nodes: readonly ClusterNode[]): readonly Row[] {
  const said = new Map((status?.nodes ?? []).map((each) => [each.node, each]));
  return nodes.map((node) => {
    const status = said.get(node.name);
    const isGood = status?.state === "enforcing" && status.digest === spec.digest && !status.podsMissing;
    return { node, status, isGood };
  });
}

function asJson({ spec }: PolicyBundle, rows: readonly Row[]): string {
  const { digest, epoch, canary, signatures = [] } = spec;
  const deployed = {
    digest,
    epoch,
    signedBy: signatures.map(({ keyId }) => keyId),
    canary: canary?.nodes ?? [],
  };
  const nodes = rows.map(({ node, status, isGood }) => ({
    ...{ name: node.name, ready: node.isReady, good: isGood },
    status: status ?? null,
  }));
  return printableJson(JSON.stringify({ version: 1, deployed, nodes }, null, 2));
}

function asText({ metadata, spec }: PolicyBundle, rows: readonly Row[]): string {
  const good = rows.filter(({ isGood }) => isGood).length;
  const { canary } = spec;
  return [
    `${metadata.name}: ${shortDigest(spec.digest)} as epoch ${spec.epoch}, enforced by ${good} of ${count(rows.length, "node")}`,
    ...(canary
      ? [
          `  a canary rollout to ${canary.nodes.join(", ")} did not go on: deploy again, or polc deploy rollback`,
        ]
      : []),
    ...rows.map((row) => `  ${rowText(row, spec.digest)}`),
    ...(rows.length === 0 ? ["  no node runs polc agent"] : []),
  ]
    .map(printable)
    .join("\n");
}

function rowText({ node, status }: Row, digest: string): string {
  const name = `${node.name}${node.isReady ? "" : " (not ready)"}`;
  if (!status) return `${name}  has said nothing yet`;
  const { state, message, tier, pods, podsMissing, losses, denies, observed } = status;
  const other =
    status.digest !== undefined && status.digest !== digest ? ` ${shortDigest(status.digest)}` : "";
  const parts = [
    `${state}${other}${status.epoch === undefined ? "" : ` epoch ${status.epoch}`}`,
    ...(message ? [message] : []),
    ...(tier ? [tier] : []),
    ...(pods === undefined ? [] : [count(pods, "pod")]),
    ...(podsMissing ? [`${count(podsMissing, "pod")} not covered`] : []),
    ...(denies === undefined ? [] : [`${denies} denied`]),
    ...(losses ? [`${count(losses, "log event")} lost`] : []),
    ...(observed ? [`at ${observed}`] : []),
  ];
  return `${name}  ${parts.join(", ")}`;
}

function failed(failure: Failure): number {
  return fail("deploy status", failure.error, failure);
}
