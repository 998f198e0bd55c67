import type { Dispatch, ServiceSettings } from "../../services/settings.js";

/** The modes that packets between nodes are sent by, each once. */
export function modesOf({ dispatchTcp, dispatchUdp }: ServiceSettings): readonly Dispatch[] {
  return [...new Set([dispatchTcp, dispatchUdp])];
}
