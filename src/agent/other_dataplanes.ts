/** Other programs that enforce policy by eBPF on this node: what they let pass or drop would not be what polc says. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const BPFFS = "/sys/fs/bpf";

/** By what they pin. */
const KNOWN: readonly (readonly [path: string, name: RegExp, product: string])[] = [
  ["cilium", /./, "Cilium (or GKE Dataplane V2, which is Cilium)"],
  ["tc/globals", /^cilium_/, "Cilium (or GKE Dataplane V2, which is Cilium)"],
  ["tc/globals", /^cali_/, "Calico in eBPF mode"],
  ["calico", /./, "Calico in eBPF mode"],
  ["globals/aws/programs", /./, "the AWS network policy agent"],
];

/** Names of those that have something pinned here. */
export function otherDataplanes(root = BPFFS): readonly string[] {
  const found = KNOWN.filter(([path, name]) => entries(join(root, path)).some((entry) => name.test(entry)));
  return [...new Set(found.map(([, , product]) => product))];
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
