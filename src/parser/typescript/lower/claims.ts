import type { Claim, Connections } from "../../../ir/claim.js";
import type { PortMatch } from "../../../ir/policy.js";
import { claimSentence } from "./claim_sentence.js";
import type { Words } from "./claim_sentence.js";
import { lowerEnd } from "./end.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { lowerPorts } from "./ports.js";

const KINDS: readonly unknown[] = ["canReach", "cannotReach", "onlyFrom", "onlyTo"];

export function lowerClaims(document: Untrusted, place: Place, report: Report): Claim[] {
  const { claims } = document;
  if (!Array.isArray(claims)) return [];
  return claims.flatMap((claim, index) => {
    const at = report.sites.argument(document, undefined, index) ?? place;
    return lowerClaim(claim, at, report) ?? [];
  });
}

function lowerClaim(node: unknown, place: Place, report: Report): Claim | undefined {
  if (!isNode(node, "claim") || !KINDS.includes(node["claim"]))
    return report.error("invalid-claim", place.span, `${shown(node)} is not a claim`, {
      help: "write check(...).canReach(...), .cannotReach(...), .onlyFrom(...) or .onlyTo(...)",
    });
  const kind = node["claim"] as Claim["kind"];
  const at = report.sites.of(node, place);
  const { span } = at;
  if (kind === "onlyFrom" || kind === "onlyTo") {
    const only = lowerOnly(node, kind, at, report);
    return only && { kind, ...only, span };
  }
  const from = lowerWords(node["from"], report.sites.argumentBefore(node, kind) ?? at, report);
  const to = lowerWords(node["to"], report.sites.argument(node, kind, 0) ?? at, report);
  const portAt = (index: number) => report.sites.argument(node, kind, index + 1);
  const ports = lowerPorts(node["ports"], portAt, at, report);
  if (!from || !to || !ports) return undefined;
  const sentence = claimSentence(kind, { from, to, ports });
  return { kind, ...connections(from, to, ports), except: [], sentence, span };
}

/** `check(a).onlyFrom(b, ...ports).orFrom(c)`: the end that is checked, and the exceptions at the other. */
function lowerOnly(
  node: Untrusted,
  kind: "onlyFrom" | "onlyTo",
  at: Place,
  report: Report,
): Omit<Claim, "kind" | "span"> | undefined {
  const [own, more] = kind === "onlyFrom" ? ["to", "orFrom"] : ["from", "orTo"];
  const checked = lowerWords(node[own!], report.sites.argumentBefore(node, kind) ?? at, report);
  const listed = Array.isArray(node["except"]) ? (node["except"] as unknown[]) : [];
  const exceptions = listed.map((exception, index) => {
    const content = isRecord(exception) ? exception : {};
    const argument = (which: number) =>
      index === 0
        ? report.sites.argument(node, kind, which)
        : report.sites.argument(node, more, which, index - 1);
    const end = lowerWords(content["end"], argument(0) ?? at, report);
    const ports = lowerPorts(content["ports"], (port) => argument(port + 1), at, report);
    return end && ports && { end, ports };
  });
  if (!checked || exceptions.length === 0 || exceptions.includes(undefined)) return undefined;
  const except = exceptions as { end: Words; ports: PortMatch[] }[];
  const side = (end: Words, ports: readonly PortMatch[]) =>
    kind === "onlyFrom" ? connections(end, undefined, ports) : connections(undefined, end, ports);
  return {
    ...(kind === "onlyFrom" ? connections(undefined, checked, []) : connections(checked, undefined, [])),
    except: except.map(({ end, ports }) => side(end, ports)),
    sentence: claimSentence(kind, { checked, except }),
  };
}

function lowerWords(value: unknown, place: Place, report: Report): Words | undefined {
  const end = lowerEnd(value, place, report);
  return end && { node: value, ...end };
}

function connections(
  from: Words | undefined,
  to: Words | undefined,
  ports: readonly PortMatch[],
): Connections {
  return {
    ...(from?.peers && { from: from.peers }),
    ...(to?.peers && { to: to.peers }),
    ...(ports.length > 0 && { ports }),
  };
}
