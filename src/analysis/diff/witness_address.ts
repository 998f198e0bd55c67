/** One address of some classes, such that people see at once what kind it is. */
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { BlockClass } from "../sets/intervals.js";

/** Addresses that are made for examples (RFC 5737, RFC 3849), and such as pods often have. */
const OUTSIDE: Readonly<Record<Family, readonly string[]>> = {
  4: ["203.0.113.1", "198.51.100.1", "192.0.2.1"],
  6: ["2001:db8::1"],
};
const PODS: Readonly<Record<Family, readonly string[]>> = {
  4: ["10.0.0.1", "172.16.0.1", "192.168.0.1"],
  6: ["fd00::1"],
};

function addressIn(classes: readonly BlockClass[], usual: typeof PODS): string {
  for (const family of [4, 6] as const)
    for (const text of usual[family]) {
      const { value } = parseAddress(text)!;
      const holds = classes.some(
        (each) =>
          each.family === family && each.ranges.some(({ first, last }) => first <= value && value <= last),
      );
      if (holds) return text;
    }
  return classes[0]!.witness;
}

/** For an end outside of the cluster. */
export function outsideAddress(classes: readonly BlockClass[]): string {
  return addressIn(classes, OUTSIDE);
}

export function podAddress(classes: readonly BlockClass[]): string {
  return addressIn(classes, PODS);
}
