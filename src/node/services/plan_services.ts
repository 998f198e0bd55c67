/** What a deployment would change of the services of a node, before it does. */
import type { ServiceLink, ServicesConfig } from "../../services/node/services_state.js";
import type { Change } from "../plan.js";
import { keyOf, serviceRows } from "./service_rows.js";
import type { ServiceRow } from "./service_rows.js";
import type { ServicesHere } from "./services_here.js";
import type { ServicesStatus } from "./services_status.js";

export interface ServicesPlan {
  /** Left out: none are served afterwards. */
  readonly dispatch?: string;
  readonly links: readonly ServiceLink[];
  readonly rows: readonly (ServiceRow & { readonly change: Change })[];
}

/** undefined: there are none, before and after. */
export function planServices(
  services: ServicesHere | undefined,
  running: ServicesStatus | undefined,
): ServicesPlan | undefined {
  if (!services && !running) return undefined;
  const before = new Map((running?.rows ?? []).map((row) => [keyOf(row), row]));
  const after = services ? serviceRows(services.state, services.names) : [];
  const kept = new Set(after.map(keyOf));
  const changeOf = (row: ServiceRow): Change => {
    const was = before.get(keyOf(row));
    if (!was) return "new";
    return was.endpoints.join() === row.endpoints.join() && was.kind === row.kind ? "same" : "changed";
  };
  const gone = [...before.values()].filter((row) => !kept.has(keyOf(row)));
  const rows = [
    ...after.map((row) => ({ ...row, change: changeOf(row) })),
    ...gone.map((row) => ({ ...row, change: "removed" as const })),
  ];
  return {
    ...(services && { dispatch: dispatchWords(services.state.config) }),
    links: services?.state.links ?? [],
    rows: rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
}

/** Such as `TCP opt, UDP snat`. */
function dispatchWords({ dispatchTcp, dispatchUdp }: ServicesConfig): string {
  return dispatchTcp === dispatchUdp ? dispatchTcp : `TCP ${dispatchTcp}, UDP ${dispatchUdp}`;
}
