import type { NetworkPolicy } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";
import type { ObjectReport } from "../object_report.js";

/**
 * `policyTypes`, with the API's defaults when it is absent or empty: Ingress always, Egress if there are egress rules.
 */
export function readPolicyTypes(spec: Node | undefined, report: ObjectReport): NetworkPolicy["isolates"] {
  const node = get(spec, "policyTypes");
  const types = itemsOf(node);
  if (types.length === 0)
    return Object.freeze({ ingress: true, egress: itemsOf(get(spec, "egress")).length > 0 });
  if (types.length > 2)
    report.error(
      "too-many-policy-types",
      node!,
      "spec.policyTypes",
      `${types.length} entries, but there are only two types`,
      {
        help: "write Ingress, Egress or both, each once",
      },
    );
  const isolates = { ingress: false, egress: false };
  for (const [index, type] of types.entries()) {
    const text = textOf(type);
    if (text === "Ingress") isolates.ingress = true;
    else if (text === "Egress") isolates.egress = true;
    else if (text !== undefined && types.length <= 2)
      report.error(
        "unknown-policy-type",
        type,
        `spec.policyTypes[${index}]`,
        `${quoted(text)} is not a policy type`,
        {
          help: "write Ingress or Egress",
        },
      );
  }
  return Object.freeze(isolates);
}
