/** One Service and its EndpointSlices, made into what nodes serve: its ports of each family with claims and endpoints. */
import { parseBlock } from "../ir/address.js";
import type { Family } from "../ir/address.js";
import type { EndpointSlice, Service, ServicePort } from "../ir/service.js";
import { backendsOf } from "./backends/from_slices.js";
import type { Placement } from "./backends/placement.js";
import { familyPortKey } from "./family_port.js";
import type { FamilyPort } from "./family_port.js";
import type { Claim } from "./frontends/claim.js";
import { claimsOf } from "./frontends/claims_of.js";
import { familiesOf, isServed, isUsed } from "./frontends/families.js";
import { endpointProblems } from "./backends/endpoint_problems.js";
import { problem } from "./problems.js";
import type { Problem } from "./problems.js";
import { serviceKey } from "./service_name.js";
import type { ServiceSettings } from "./settings.js";

export interface ServedService {
  readonly service: Service;
  readonly ports: readonly FamilyPort[];
  readonly problems: readonly Problem[];
}

export function servedService(
  service: Service,
  allSlices: readonly EndpointSlice[],
  placement: Placement,
  settings: Pick<ServiceSettings, "externalIps">,
): ServedService {
  if (!isServed(service)) return { service, ports: [], problems: [] };
  const problems: Problem[] = [];
  const report = (found: Problem) => void problems.push(found);
  const slices = allSlices.filter(isUsed);
  const families = familiesOf(service, slices);
  if ((service.clusterIps ?? []).length === 0) report(noClusterIp(service));
  const claims = claimsOf(service, families, settings, report);
  const ports = claimed(claims).flatMap((port) =>
    families.flatMap((family): FamilyPort[] => {
      const own = claims.filter((claim) => claim.servicePort === port && claim.family === family);
      if (own.length === 0) return [];
      return [
        {
          key: familyPortKey(service, port, family),
          ...{ service, port, family, claims: own },
          backends: backendsOf(port, family, slices, placement),
          sourceRanges: rangesOf(service, family),
        },
      ];
    }),
  );
  for (const found of [
    ...rangeProblems(service, families),
    ...endpointProblems(service, ports, slices, placement),
  ])
    report(found);
  return { service, ports, problems };
}

function claimed(claims: readonly Claim[]): readonly ServicePort[] {
  return [...new Set(claims.map(({ servicePort }) => servicePort))];
}

/** Ranges of the other family alone leave no client of this one: whoever lists who may come means nobody else. */
function rangesOf({ sourceRanges }: Service, family: Family): readonly string[] | undefined {
  if (!sourceRanges || sourceRanges.length === 0) return undefined;
  const blocks = sourceRanges.map(({ block }) => block);
  return [...new Set(blocks.filter((block) => parseBlock(block)?.family === family))];
}

function* rangeProblems(service: Service, families: readonly Family[]): Iterable<Problem> {
  const name = serviceKey(service);
  for (const family of families)
    if (rangesOf(service, family)?.length === 0)
      yield problem(
        "source-ranges-of-other-family",
        "warning",
        name,
        service.sourceRanges![0]!.span,
        `loadBalancerSourceRanges of Service ${name} hold no IPv${family} block: no IPv${family} client is let in`,
        `add an IPv${family} block, such as ${family === 4 ? "0.0.0.0/0" : "::/0"} for everybody`,
      );
}

function noClusterIp(service: Service): Problem {
  const name = serviceKey(service);
  return problem(
    "no-cluster-ip",
    "note",
    name,
    service.span,
    `Service ${name} has no cluster IP: the API server chooses one when it is applied`,
    "write `spec.clusterIP`, or read the Services out of the cluster: kubectl get services -A -o yaml",
  );
}
