/** Every address and port that one Service asks to be reached by, and what is wrong with that by itself. */
import { contains, parseAddress, parseBlock } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { PlacedAddress, Service, ServicePort } from "../../ir/service.js";
import { problem } from "../problems.js";
import type { Problem } from "../problems.js";
import { serviceKey } from "../service_name.js";
import type { ServiceSettings } from "../settings.js";
import { ANY_ADDRESS } from "./claim.js";
import type { Claim, FrontendKind } from "./claim.js";

/** Addresses that no load balancer can give and no Service may take. */
const UNUSABLE = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "::/127",
  "fe80::/10",
  "ff00::/8",
];

export function claimsOf(
  service: Service,
  families: readonly Family[],
  settings: Pick<ServiceSettings, "externalIps">,
  report: (found: Problem) => void,
): readonly Claim[] {
  const addresses = [
    ...placed("cluster-ip", service.clusterIps ?? [], service),
    ...served("load-balancer", balancerVips(service), service, families, report),
    ...served("external-ip", externalAddresses(service, settings, report), service, families, report),
  ];
  return portsOf(service, report).flatMap((port) => [
    ...addresses.map((each) => claimOf(each.kind, each.ip, port.port, port, service, each.span)),
    ...(port.nodePort === undefined
      ? []
      : families.map((family) =>
          claimOf("node-port", ANY_ADDRESS[family], port.nodePort!, port, service, port.span ?? service.span),
        )),
  ]);
}

interface Placed extends PlacedAddress {
  readonly kind: FrontendKind;
}

function placed(kind: FrontendKind, ips: readonly string[], { span }: Service): readonly Placed[] {
  return ips.map((ip) => ({ kind, ip, span }));
}

/** The first port of each number and protocol: the API refuses the others. */
function portsOf(service: Service, report: (found: Problem) => void): readonly ServicePort[] {
  const name = serviceKey(service);
  if (service.ports.length === 0)
    report(
      problem(
        "no-ports",
        "error",
        name,
        service.span,
        `Service ${name} has no ports`,
        "add `spec.ports`, or remove it",
      ),
    );
  const seen = new Map<string, ServicePort>();
  for (const port of service.ports) {
    const key = `${port.port}/${port.protocol}`;
    const first = seen.get(key);
    if (!first) seen.set(key, port);
    else
      report(
        problem(
          "port-collision",
          "error",
          name,
          port.span ?? service.span,
          `port ${port.port}/${port.protocol.toLowerCase()} of Service ${name} is defined twice: the first one is served`,
          "remove one, or give it another number",
          first.span ? [{ message: "first defined here", span: first.span }] : [],
        ),
      );
  }
  return [...seen.values()];
}

/** With `ipMode: Proxy`, the load balancer ends the connections itself, and nodes must not keep them from it. */
function balancerVips({ balancerAddresses = [] }: Service): readonly PlacedAddress[] {
  return balancerAddresses.filter(({ ipMode }) => ipMode !== "Proxy");
}

function externalAddresses(
  service: Service,
  { externalIps }: Pick<ServiceSettings, "externalIps">,
  report: (found: Problem) => void,
): readonly PlacedAddress[] {
  const addresses = service.externalAddresses ?? [];
  if (externalIps || addresses.length === 0) return addresses;
  const name = serviceKey(service);
  report(
    problem(
      "external-ips-off",
      "warning",
      name,
      addresses[0]!.span,
      `externalIPs of Service ${name} are not served: the API deprecates them, and they can take any address`,
      "use a load balancer, or set `services.externalIPs: true` in polc.config",
    ),
  );
  return [];
}

function served(
  kind: "load-balancer" | "external-ip",
  addresses: readonly PlacedAddress[],
  service: Service,
  families: readonly Family[],
  report: (found: Problem) => void,
): readonly Placed[] {
  const name = serviceKey(service);
  return addresses.flatMap(({ ip, span }) => {
    const address = parseAddress(ip);
    if (!address) return [];
    if (!families.includes(address.family)) {
      report(
        problem(
          "family-mismatch",
          "warning",
          name,
          span,
          `${ip} is IPv${address.family}, which Service ${name} does not have: it is not served`,
          `add IPv${address.family} to \`spec.ipFamilies\`, or remove the address`,
        ),
      );
      return [];
    }
    if (UNUSABLE.some((block) => contains(parseBlock(block)!, address))) {
      report(
        problem(
          "address-taken",
          "error",
          name,
          span,
          `${ip} is no address of a service: it is not served`,
          "use an address that is routed to the nodes and to nothing else",
        ),
      );
      return [];
    }
    return [{ kind, ip, span }];
  });
}

function claimOf(
  kind: FrontendKind,
  address: string,
  port: number,
  servicePort: ServicePort,
  service: Service,
  span: Claim["span"],
): Claim {
  const family = address.includes(":") ? 6 : 4;
  return { family, address, port, protocol: servicePort.protocol, kind, service, servicePort, span };
}
