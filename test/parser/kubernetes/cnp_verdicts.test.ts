import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { read } from "../reading.js";

/** ClusterNetworkPolicies with one change each, with what kube-apiserver 1.36 and the experimental definition answered. */
const RECORDED = new URL("../../../../shared/conformance/cnp-verdicts.json", import.meta.url);

interface Recorded {
  readonly change: string;
  readonly object: object;
  readonly accepted: boolean;
}

test.skipIf(!existsSync(RECORDED))(
  "a ClusterNetworkPolicy is refused exactly where the API server refuses it",
  () => {
    const cases = JSON.parse(readFileSync(RECORDED, "utf8")) as Recorded[];
    expect(cases.length).toBeGreaterThanOrEqual(55);
    const stored: string[] = [];
    const differences = cases.flatMap(({ change, object, accepted }) => {
      const { policies, diagnostics } = read(JSON.stringify(object));
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      if (accepted === (errors.length === 0) && policies.length === Number(accepted)) return [];
      if (accepted && errors.every(({ message }) => message.includes("the API stores this selector"))) {
        stored.push(change);
        return [];
      }
      return [{ change, accepted, diagnostics }];
    });
    expect(differences).toEqual([]);
    // Selectors that nothing can evaluate, and no others.
    expect(
      stored.every((change) =>
        /^(?:subject|ingress peer|egress \w+ peer) .*match(?:Labels|Expressions)/.test(change),
      ),
    ).toBe(true);
  },
);
