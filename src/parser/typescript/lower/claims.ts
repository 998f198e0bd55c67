import type { Claim } from "../../../ir/claim.js";
import { lowerEnd } from "./end.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, shown } from "./report.js";
import type { Report } from "./report.js";
import { lowerPorts } from "./ports.js";

export function lowerClaims(document: Untrusted, place: Place, report: Report): Claim[] {
  const { claims } = document;
  if (!Array.isArray(claims)) return [];
  return claims.flatMap((claim, index) => {
    const at = report.sites.argument(document, undefined, index) ?? place;
    return lowerClaim(claim, at, report) ?? [];
  });
}

function lowerClaim(node: unknown, place: Place, report: Report): Claim | undefined {
  const kind = isNode(node, "claim") ? node["claim"] : undefined;
  if (!isNode(node, "claim") || (kind !== "canReach" && kind !== "cannotReach"))
    return report.error("invalid-claim", place.span, `${shown(node)} is no claim`, {
      help: "write check(...).canReach(...) or check(...).cannotReach(...)",
    });
  const { sites } = report;
  const at = sites.of(node, place);
  const from = lowerEnd(node["from"], sites.argumentBefore(node, kind) ?? at, report);
  const to = lowerEnd(node["to"], sites.argument(node, kind, 0) ?? at, report);
  const ports = lowerPorts(node["ports"], (index) => sites.argument(node, kind, index + 1), at, report);
  if (!from || !to || !ports) return undefined;
  return {
    kind,
    ...(from.peers && { from: from.peers }),
    ...(to.peers && { to: to.peers }),
    ...(ports.length > 0 && { ports }),
    span: at.span,
  };
}
