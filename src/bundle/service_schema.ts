/** JSON schema of `services.json`. A bundle may come from anywhere, so nothing in it is taken on trust. */
import { SCHEMA_VERSION } from "./manifest.js";

const strict = (properties: Record<string, object>, required: readonly string[]) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const listOf = (items: object) => ({ type: "array", items });
const oneOf = (...values: readonly string[]) => ({ enum: values });

const text = { type: "string" };
const texts = listOf(text);
const flag = { type: "boolean" };
const set = { const: true };
const number = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });
const port = number(1, 65535);
const protocol = oneOf("TCP", "UDP", "SCTP");
const dispatch = oneOf("opt", "ipip", "geneve", "snat");

export function servicesSchema(): object {
  const required = ["schemaVersion", "settings", "services", "slices", "nodes"];
  return strict(
    {
      schemaVersion: { const: SCHEMA_VERSION },
      settings: settings(),
      services: listOf(service()),
      slices: listOf(slice()),
      nodes: listOf(strict({ name: text, ips: texts, zone: text, podCidrs: texts }, ["name", "ips"])),
    },
    required,
  );
}

function settings(): object {
  return strict(
    {
      ...{ dispatchTcp: dispatch, dispatchUdp: dispatch, refusal: oneOf("icmp", "rst", "drop") },
      ...{ externalIps: flag, sourceRangesOnNodePorts: flag },
      ...{ tableSize: number(251, 65521), seed: number(0, 2 ** 32 - 1) },
      ...{ genevePort: port, snatFirst: port, snatLast: port },
      ...{ hairpin4: text, hairpin6: text, outer4: text, outer6: text },
    },
    [],
  );
}

function service(): object {
  const servicePort = strict(
    { name: text, port, targetPort: { anyOf: [port, text] }, nodePort: port, protocol },
    ["port", "targetPort", "protocol"],
  );
  const balancer = strict({ ip: text, ipMode: oneOf("Proxy") }, ["ip"]);
  return strict(
    {
      ...{ namespace: text, namespaceUnwritten: set, name: text },
      selector: { type: "object", additionalProperties: text },
      ...{ ports: listOf(servicePort), clusterIps: texts, externalIps: texts },
      ...{ headless: set, externalName: text, localTraffic: set, internalLocal: set },
      type: oneOf("NodePort", "LoadBalancer", "ExternalName"),
      ipFamilies: listOf(oneOf("IPv4", "IPv6")),
      externalAddresses: listOf(strict({ ip: text }, ["ip"])),
      ...{ balancerAddresses: listOf(balancer), requestedBalancerIp: text, loadBalancerClass: text },
      sourceRanges: listOf(strict({ block: text }, ["block"])),
      ...{ affinitySeconds: number(1, 86400), healthCheckNodePort: port, publishNotReadyAddresses: set },
      trafficDistribution: oneOf("PreferClose", "PreferSameZone", "PreferSameNode"),
      proxyName: text,
    },
    ["namespace", "name", "ports"],
  );
}

function slice(): object {
  const endpoint = strict(
    {
      ...{ addresses: texts, ready: flag, serving: flag, terminating: flag },
      ...{ node: text, zone: text, forZones: texts, forNodes: texts, pod: text },
    },
    ["addresses"],
  );
  return strict(
    {
      ...{
        namespace: text,
        namespaceUnwritten: set,
        name: text,
        service: text,
        proxyName: text,
        headless: set,
      },
      addressType: oneOf("IPv4", "IPv6", "FQDN"),
      endpoints: listOf(endpoint),
      ports: listOf(strict({ name: text, protocol, port }, ["name", "protocol"])),
    },
    ["namespace", "name", "addressType", "endpoints", "ports"],
  );
}
