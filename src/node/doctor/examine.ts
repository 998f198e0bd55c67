/** The checks of `polc doctor`, in the order in which they are shown. */
import { checkCloud } from "./cloud_check.js";
import type { Finding, Found } from "./finding.js";
import {
  checkBpf,
  checkBpffs,
  checkCgroup,
  checkClock,
  checkDataplanes,
  checkInstances,
  checkKernel,
} from "./kernel_checks.js";
import type { Machine, Wanted } from "./machine.js";
import { checkMtu } from "./mtu_check.js";
import { checkForwarding, checkLinks, checkPorts, checkReversePath } from "./network_checks.js";
import { checkPath } from "./path_check.js";
import { checkXdp } from "./xdp_check.js";

type Check = (machine: Machine, wanted: Wanted) => readonly Found[] | Promise<readonly Found[]>;

const CHECKS: Readonly<Record<string, Check>> = {
  bpf: checkBpf,
  kernel: checkKernel,
  bpffs: checkBpffs,
  cgroup: checkCgroup,
  dataplanes: checkDataplanes,
  instances: checkInstances,
  clock: checkClock,
  links: checkLinks,
  forwarding: checkForwarding,
  "reverse-path": checkReversePath,
  ports: checkPorts,
  mtu: checkMtu,
  xdp: checkXdp,
  cloud: checkCloud,
  path: checkPath,
};

export async function examine(machine: Machine, wanted: Wanted): Promise<readonly Finding[]> {
  const found = await Promise.all(
    Object.entries(CHECKS).map(async ([check, look]) =>
      (await look(machine, wanted)).map((each) => ({ check, ...each })),
    ),
  );
  return found.flat();
}
