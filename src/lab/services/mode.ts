/** Which dataplane serves a lab's services, and how. */
import { DEFAULT_SERVICE_SETTINGS } from "../../services/settings.js";
import type { ServiceSettings } from "../../services/settings.js";

/** `hybrid`: TCP by direct server return, UDP by SNAT. `nftables`: the kernel's own NAT, as kube-proxy sets it up. */
export const MODES = ["opt", "ipip", "geneve", "snat", "hybrid", "nftables"] as const;
export type Mode = (typeof MODES)[number];

export function settingsOf(mode: Mode, given: Partial<ServiceSettings> = {}): ServiceSettings {
  const tcp = mode === "hybrid" ? "opt" : mode === "nftables" ? "snat" : mode;
  const udp = mode === "hybrid" ? "snat" : tcp;
  return { ...DEFAULT_SERVICE_SETTINGS, ...given, dispatchTcp: tcp, dispatchUdp: udp };
}
