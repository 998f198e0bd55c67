/** One changed endpoint as kube-proxy writes it: a transaction of `nft`, over the rules of all services. */
import { execFileSync } from "node:child_process";
import { nftablesChange, nftablesRules } from "../../src/lab/services/nftables_rules.js";
import type { WholeServices } from "../../src/services/node/services_state.js";
import { median } from "../table.js";
import { processor } from "./rows.js";
import type { ServiceRow } from "./rows.js";
import { BACKENDS } from "./state.js";
import { wireState } from "./wire/state.js";

const CHANGES = 30;
const NONE = { path: "", sha256: "" };

export function nftablesChanges(services: number): ServiceRow {
  const netns = `polc-bench-nft-${process.pid}`;
  const nft = (input: string) =>
    execFileSync("ip", ["netns", "exec", netns, "nft", "-f", "-"], { input, maxBuffer: 1 << 28 });
  execFileSync("ip", ["netns", "add", netns]);
  try {
    const state = wireState(
      { services, backends: BACKENDS, mode: "snat", hook: "tc" },
      { tc: NONE, xdp: NONE, socket: NONE },
    );
    nft(nftablesRules(state, []));
    const changed = Math.floor(services / 2);
    const took = Array.from({ length: CHANGES }, (_, times) => {
      const text = nftablesChange(withAnother(state, changed, times), [], changed);
      const started = process.hrtime.bigint();
      nft(text);
      return Number(process.hrtime.bigint() - started);
    });
    return {
      ...{ subject: "nftables", case: "endpoint_changed", mode: "snat", hook: "nft", services },
      ...{ backends: BACKENDS, median_ns: median(took), min_ns: Math.min(...took), runs: CHANGES, processor },
    };
  } finally {
    execFileSync("ip", ["netns", "del", netns]);
  }
}

/** The last endpoint of a service has another address. */
function withAnother(state: WholeServices, service: number, times: number): WholeServices {
  const last = service * BACKENDS + BACKENDS - 1;
  return {
    ...state,
    frontends: state.frontends.filter(({ servicePort }) => servicePort === service),
    endpoints: state.endpoints
      .slice(service * BACKENDS, last + 1)
      .map((each) =>
        each.id === last ? { ...each, address: `10.0.2.${BACKENDS + 1 + (times % 2)}` } : each,
      ),
  };
}
