/** Services of a node, as `polc deploy --local` plans them and `polc status` shows them. */
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import { counterLines } from "../counter_lines.js";
import { SIGNS, count, nameList } from "../describe_plan.js";
import type { ServicesPlan } from "./plan_services.js";
import { addressText } from "./service_rows.js";
import type { ServiceRow } from "./service_rows.js";
import type { ServicesStatus } from "./services_status.js";

const KINDS = {
  "cluster-ip": "cluster IP",
  "node-port": "node port",
  "load-balancer": "load balancer",
  "external-ip": "external IP",
} as const;

/** Addresses that are listed; the rest is counted. */
const ROWS_SHOWN = 40;

export function servicesPlanText({ dispatch, links, rows }: ServicesPlan, colors: Colors): string {
  const paint = { new: colors.green, changed: colors.yellow, same: colors.dim, removed: colors.red };
  const lines = rowLines(rows, colors);
  const where = [
    `  dispatch  ${dispatch}`,
    `  links     ${links.length > 0 ? links.map(({ name }) => printable(name)).join(", ") : "none: only pods of this machine are served"}`,
  ];
  return [
    colors.bold("Services"),
    ...(dispatch === undefined ? ["  none are served any more"] : where),
    ...rows.slice(0, ROWS_SHOWN).map(({ change }, i) => `${paint[change](SIGNS[change])} ${lines[i]}`),
    ...moreLine(rows),
  ].join("\n");
}

export function servicesText(status: ServicesStatus, colors: Colors): string[] {
  const { generation, links, pods, frontends, endpoints, rows = [], counters, problems } = status;
  const { bold, dim, green, red } = colors;
  const health = problems.length === 0 ? green("healthy") : red(count(problems.length, "problem"));
  const names = links.map(({ name, hook }) => `${printable(name)} (${hook})`);
  return [
    `${bold("services")}  ${health}`,
    `  generation  ${generation}`,
    `  links       ${names.join(", ") || "none"}`,
    `  served      ${count(frontends, "frontend")}, ${count(endpoints, "endpoint")}, for ${count(pods.length, "pod")}`,
    ...rowLines(rows, colors).map((line) => `  ${line}`),
    ...moreLine(rows),
    "",
    ...counterLines(counters, ["opened"], dim),
  ];
}

export function servicesJson({ rows, counters, ...status }: ServicesStatus): object {
  return {
    ...status,
    ...(rows && { addresses: rows }),
    counters: Object.fromEntries(counters.map(({ name, value }) => [name, value])),
  };
}

function rowLines(rows: readonly ServiceRow[], colors: Colors): string[] {
  const cells = rows
    .slice(0, ROWS_SHOWN)
    .map(({ service, address, port, protocol, kind, endpoints }) => [
      printable(service),
      kind === "node-port"
        ? `${address.includes(":") ? "[*]" : "*"}:${port}/${protocol}`
        : `${addressText(address, port)}/${protocol}`,
      KINDS[kind],
      endpoints.length > 0 ? nameList(endpoints) : colors.yellow("no endpoint"),
    ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
}

function moreLine(rows: readonly ServiceRow[]): string[] {
  const more = rows.length - ROWS_SHOWN;
  return more > 0 ? [`  and ${more} more`] : [];
}
