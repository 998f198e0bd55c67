/** Requests to services: a table that shows where they and their replies went, and JSON. */
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { LinkCount, ServiceRequest, ServiceResult } from "./request.js";

export function servicesTable(results: readonly ServiceResult[], mode: string, colors: Colors): string {
  const rows = results.map((result) => rowOf(result));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd();
  const body = results.map((result, index) => {
    const text = line(rows[index]!);
    return result.wrong.length === 0 ? text : colors.red([text, ...result.wrong.map((each) => `    ${each}`)].join("\n"));
  });
  const wrong = results.filter((result) => result.wrong.length > 0).length;
  const direct = results.filter(({ expected, found }) => expected.direct && found === "connected");
  const replies = direct.reduce((sum, { repliesOnIngress }) => sum + repliesOnIngress, 0);
  const summary = [
    `${results.length} requests to services by ${mode}, ${results.length - wrong} as the reference says, ${wrong} different`,
    ...(direct.length > 0
      ? [`${direct.length} answered past the node that they came in by: ${replies} reply packets on its link`]
      : []),
  ].join("\n");
  return `${colors.bold(line(HEADINGS))}\n${body.join("\n")}\n\n${wrong > 0 ? colors.red(summary) : colors.green(summary)}\n`;
}

const HEADINGS = ["client", "asked", "by node", "served by", "on node", "server saw", "requests", "replies"];

function rowOf(result: ServiceResult): string[] {
  const { request, answer, server, found, links } = result;
  const outcome = found === "error" ? `error ${answer.reason ?? ""}` : found;
  return [
    clientText(request),
    askedText(request),
    request.ingressNode,
    server ? server.name : `(${outcome})`,
    server?.node ?? "",
    answer.seen?.address ?? "",
    wayText(links, "requests"),
    wayText(links, "replies"),
  ].map(printable);
}

function clientText({ client }: ServiceRequest): string {
  return client.kind === "outside" ? client.address : client.name;
}

export function askedText({ kind, address, port, protocol }: ServiceRequest): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${KINDS[kind]} ${host}:${port}/${protocol.toLowerCase()}`;
}

const KINDS = {
  "cluster-ip": "ClusterIP",
  "node-port": "NodePort",
  "load-balancer": "LoadBalancer",
  "external-ip": "external",
} as const;

/** Who sent how many to the fabric. */
function wayText(links: readonly LinkCount[], way: "requests" | "replies"): string {
  const parts = links.filter((link) => link[way].out > 0).map((link) => `${link.link} ${link[way].out}`);
  return parts.length > 0 ? parts.join(", ") : "-";
}

/** As `polc lab --format json` lists them. */
export function servicesJson(results: readonly ServiceResult[], mode: string): unknown[] {
  return results.map(({ request, expected, found, answer, server, links, repliesOnIngress, wrong }) => ({
    client: clientText(request),
    client_kind: request.client.kind,
    service: request.service,
    kind: request.kind,
    address: request.address,
    port: request.port,
    protocol: request.protocol,
    mode,
    ingress_node: request.ingressNode,
    result: found,
    ...(answer.reason !== undefined && { reason: answer.reason }),
    backend: server?.name ?? null,
    backend_node: server?.node ?? null,
    source_seen: answer.seen?.address ?? null,
    replies_on_ingress: repliesOnIngress,
    direct: expected.direct,
    links: links.map(({ link, requests, replies }) => ({ link, requests, replies })),
    expected: { results: expected.outcomes, backends: expected.servers.map(({ name }) => name), sources: expected.sources },
    ...(wrong.length > 0 && { wrong }),
  }));
}
