/** Who is outside the cluster: two clients in one place, by different addresses, so that policies can tell them apart. */
import type { Family } from "../ir/address.js";
import { INTERNET } from "./lab.js";
import type { LabPlan } from "./plan.js";

export interface OutsideClient {
  readonly kind: "outside";
  /** The lab's endpoint. */
  readonly name: string;
  readonly address: string;
}

/** The internet's own address, by which the lab's policies are probed too, and another one. */
export function outsideAddresses({ internet }: LabPlan, family: Family): readonly OutsideClient[] {
  const addresses = family === 4 ? [internet.ipv4, internet.other4] : [internet.ipv6, internet.other6];
  return addresses.map((address) => ({ kind: "outside", name: INTERNET, address }));
}
