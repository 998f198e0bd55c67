/** The tables of `polc services`. */
import type { Backend } from "../../services/backends/backend.js";
import { claimText } from "../../services/frontends/claim.js";
import type { PortSets } from "../../services/node/port_sets.js";
import { conditionOf, trafficPolicy } from "../../services/overview.js";
import type { FrontendView, Overview } from "../../services/overview.js";
import { serviceKey } from "../../services/service_name.js";
import { printable } from "../../source/printable.js";
import type { Colors } from "../../source/pretty.js";

export function servicesText(found: Overview, node: string | undefined, colors: Colors): string {
  if (found.frontends.length === 0) return "no service has an address";
  const chosen = node === undefined ? [] : [`inside on ${node}`, `outside by ${node}`];
  const frontends = table(
    ["service", "address", "kind", "endpoints", ...chosen, "mode", "traffic policy"],
    found.frontends.map((view) => frontendRow(view)),
    colors,
  );
  const endpoints = table(
    ["service port", "endpoint", "node", "condition", "pod"],
    endpointRows(found),
    colors,
  );
  return `${frontends}\n\n${endpoints}`;
}

function frontendRow({ claim, port, mode, sets }: FrontendView): string[] {
  const usable = port.backends.filter(({ ready }) => ready).length;
  return [
    serviceKey(claim.service),
    claimText(claim),
    claim.kind,
    usable === port.backends.length ? `${usable}` : `${usable} of ${port.backends.length}`,
    ...(sets ? choiceCells(sets, claim.kind === "cluster-ip") : []),
    claim.kind === "cluster-ip" ? "" : mode,
    trafficPolicy(claim.service),
  ];
}

function choiceCells({ sets, empty }: PortSets, isClusterIp: boolean): string[] {
  return (isClusterIp ? ([0, 0] as const) : ([2, 1] as const)).map((whom) =>
    sets[whom].length === 0 ? (empty[whom] === "drop" ? "dropped" : "refused") : `${sets[whom].length}`,
  );
}

function endpointRows({ ports }: Overview): string[][] {
  return ports.flatMap(({ service, port, backends }) => {
    const name = `${serviceKey(service)}:${port.port}/${port.protocol.toLowerCase()}`;
    if (backends.length === 0) return [[name, "none", "", "", ""]];
    return backends.map((each) => [
      name,
      addressText(each),
      each.node ?? "none",
      conditionOf(each),
      each.pod ?? "",
    ]);
  });
}

export function addressText({ address, port, family }: Backend): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string {
  const shown = rows.map((row) => row.map(printable));
  const widths = head.map((_, i) => Math.max(...[head, ...shown].map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd();
  return [colors.dim(line(head)), ...shown.map(line)].join("\n");
}
