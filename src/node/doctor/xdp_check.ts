/** Does XDP run on a link, or does tc do its work? Both serve; XDP takes less of the processor. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Found } from "./finding.js";
import { ok, warning } from "./finding.js";
import type { Link } from "../links.js";
import type { Machine } from "./machine.js";

/** Drivers of Linux 6.x that have native XDP, as far as their devices do. */
const NATIVE = new Set(
  (
    "amd-xgbe atlantic bnxt_en bonding cpsw dpaa2-eth dpaa_eth ena fec fsl_enetc gve hv_netvsc i40e ice idpf igb igc ixgbe ixgbevf " +
    "mana mlx4_core mlx5_core mvneta mvpp2 nfp nicvf octeontx2 qede rvu_nicpf rvu_nicvf sfc stmmac thunder tsnep virtio_net " +
    "vif vmxnet3"
  ).split(" "),
);

/** has_partial_checksums() in loader/services/services_attach.c. */
const PARTIAL_CHECKSUMS = new Set(["veth", "tun", "netkit"]);

/** A frame has to fit into a page beside what the kernel keeps there: the program takes frames in one piece. */
const LONGEST = 3498;

export function checkXdp({ links }: Machine): readonly Found[] {
  return links.map((link) => {
    const reason = keepsAway(link);
    if (typeof reason === "object") return reason;
    return reason === undefined
      ? ok(`${link.name}: its driver, ${link.driver}, has native XDP`)
      : ok(`${link.name}: ${reason}, so tc is used instead of XDP`);
  });
}

function keepsAway(link: Link): string | Found | undefined {
  const { name, kind, driver, mtu } = link;
  if (kind !== undefined && PARTIAL_CHECKSUMS.has(kind)) return `frames of a ${kind} have partial checksums`;
  if (link.xdp && !isOurs(link))
    return warning(
      `${name}: another program of XDP is there, so tc is used instead of polc's`,
      `remove it if it is not needed: ip link set ${name} xdp off`,
    );
  if (kind === "bond") return "whether a bond has native XDP depends on its mode and devices";
  if (kind !== undefined) return `a ${kind} has no native XDP`;
  if (driver === undefined) return "its driver cannot be read";
  if (!NATIVE.has(driver)) return `its driver, ${driver}, is not known to have native XDP`;
  if (mtu > LONGEST)
    return warning(
      `${name}: with an MTU of ${mtu} most drivers refuse XDP, so tc is used`,
      `tc serves too; for XDP: ip link set ${name} mtu ${LONGEST} or less`,
    );
  return undefined;
}

function isOurs({ index }: Link, pins = "/sys/fs/bpf/polc"): boolean {
  return entries(pins).some((instance) =>
    entries(join(pins, instance, "services1", "links")).some((name) =>
      name.startsWith(`${index}-from_link_xdp`),
    ),
  );
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
