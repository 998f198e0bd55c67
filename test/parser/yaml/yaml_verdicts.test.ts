import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Policy } from "../../../src/ir/policy.js";
import { read, withoutSpans } from "../reading.js";

/** Whole manifests, with what kubectl and kube-apiserver 1.36 did with them. */
const RECORDED = new URL("../../../../shared/conformance/yaml-verdicts.json", import.meta.url);

interface Recorded {
  readonly name: string;
  readonly text: string;
  /** By `kubectl apply --server-side`, which takes no generated name and no `uid`. */
  readonly accepted: boolean;
  readonly acceptedByCreate: boolean;
  readonly stored: { readonly metadata: object; readonly spec: object } | number | null;
}

const cases = existsSync(RECORDED) ? (JSON.parse(readFileSync(RECORDED, "utf8")) as Recorded[]) : [];

/** kubectl drops the first of two equal keys without a word. */
const isDuplicate = ({ name, text }: Recorded) =>
  / dup /.test(` ${name} `) && read(text).diagnostics.some(({ rule }) => rule === "duplicate-key");

test.skipIf(cases.length === 0)(
  "a manifest is refused exactly where kubectl or the API server refuses it",
  () => {
    expect(cases.length).toBeGreaterThanOrEqual(81);
    const differences = cases.flatMap((each) => {
      const { diagnostics } = read(each.text);
      const isAccepted = !diagnostics.some(({ severity }) => severity === "error");
      if (isDuplicate(each) || isAccepted === (each.accepted || each.acceptedByCreate)) return [];
      return [{ name: each.name, isAccepted, diagnostics }];
    });
    expect(differences).toEqual([]);
  },
);

/** What policies say; the API server writes the namespace that a manifest leaves out. */
const said = (policies: readonly Policy[]) =>
  JSON.parse(
    JSON.stringify(withoutSpans(policies), (key, value: unknown) =>
      key === "namespaceUnwritten" ? undefined : value,
    ),
  ) as unknown;

test.skipIf(cases.length === 0)("what is read is what the API server would keep", () => {
  let compared = 0;
  for (const each of cases) {
    const { name, text, stored } = each;
    if (stored === null || isDuplicate(each)) continue;
    const { policies } = read(text);
    if (typeof stored === "number") expect([name, policies.length]).toEqual([name, stored]);
    else {
      const kept = JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...stored });
      expect([name, said(policies)]).toEqual([name, said(read(kept).policies)]);
    }
    compared++;
  }
  expect(compared).toBeGreaterThanOrEqual(25);
});
