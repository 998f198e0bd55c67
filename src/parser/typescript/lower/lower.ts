import { NODE_KIND } from "../../../dsl/node.js";
import type { Claim } from "../../../ir/claim.js";
import type { Policy } from "../../../ir/policy.js";
import type { ExportedConfig } from "../../parsed_file.js";
import type { Diagnostic } from "../../../source/diagnostic.js";
import { lowerClaims } from "./claims.js";
import { treeOf } from "./config.js";
import { lowerPolicy } from "./network_policy.js";
import { Place, Sites } from "./place.js";
import type { Site, Untrusted } from "./place.js";
import { Report, isRecord } from "./report.js";
import { lowerTier } from "./tier.js";

/** What a file exported, as the sandbox printed it: untrusted. */
export interface Exported {
  readonly file: string;
  readonly documents: readonly unknown[];
}

export interface Lowered {
  readonly policies: readonly Policy[];
  readonly claims: readonly Claim[];
  readonly configs: readonly ExportedConfig[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The nodes of policy files as IR: canonical, checked, with the spans of the call sites. */
export function lower(exported: readonly Exported[], sites: readonly Site[]): Lowered {
  const report = new Report(new Sites(sites));
  const policies: Policy[] = [];
  const claims: Claim[] = [];
  const configs: ExportedConfig[] = [];
  const seen = new Set<string>();
  for (const { file, documents } of exported)
    for (const document of documents) {
      // A document that two files export is one document.
      const identity = JSON.stringify(document);
      if (!isRecord(document) || seen.has(identity)) continue;
      seen.add(identity);
      const place = report.sites.of(document, new Place(file, { start: 0, end: 0 }));
      if (document[NODE_KIND] === "config") {
        const argument = report.sites.argument(document, undefined, 0) ?? place;
        configs.push({ root: treeOf(document["config"], argument), span: place.span });
        continue;
      }
      const before = report.errors;
      const found = lowerDocument(document, place, report);
      claims.push(...found.claims);
      // A policy with an error is left out whole: without one of its rules it would say something else.
      if (report.errors === before) policies.push(...found.policies);
    }
  return { policies, claims, configs, diagnostics: report.diagnostics };
}

function lowerDocument(
  document: Untrusted,
  place: Place,
  report: Report,
): { policies: readonly Policy[]; claims: readonly Claim[] } {
  const kind = document[NODE_KIND];
  if (kind === "policy") return { policies: lowerPolicy(document, place, report), claims: [] };
  if (kind === "claims") return { policies: [], claims: lowerClaims(document, place, report) };
  if (kind !== "adminTier" && kind !== "baselineTier") return { policies: [], claims: [] };
  const tier = lowerTier(kind, document, place, report);
  return { policies: tier ? [tier] : [], claims: [] };
}
