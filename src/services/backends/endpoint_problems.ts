/** What is wrong with the endpoints of one Service. */
import type { EndpointSlice, Service } from "../../ir/service.js";
import { problem } from "../problems.js";
import type { Problem } from "../problems.js";
import { serviceKey } from "../service_name.js";
import type { FamilyPort } from "../family_port.js";
import type { Placement } from "./placement.js";

export function* endpointProblems(
  service: Service,
  ports: readonly FamilyPort[],
  slices: readonly EndpointSlice[],
  placement: Placement,
): Iterable<Problem> {
  for (const slice of slices) yield* ofSlice(service, slice);
  const told = new Set<string>();
  for (const { backends } of ports)
    for (const { address, node, span } of backends) {
      if (told.has(address) || !placement.isKnown || (node !== undefined && placement.get(node))) continue;
      told.add(address);
      yield outside(service, address, node, span);
    }
  for (const port of ports) if (port.backends.length === 0) yield without(service, port);
}

function* ofSlice(service: Service, slice: EndpointSlice): Iterable<Problem> {
  const name = serviceKey(service);
  for (const { addresses, span } of slice.endpoints) {
    const isSix = addresses[0]?.includes(":") === true;
    if (slice.addressType === "FQDN" || isSix === (slice.addressType === "IPv6")) continue;
    yield problem(
      "family-mismatch",
      "error",
      name,
      span,
      `${addresses[0]} in an EndpointSlice of ${slice.addressType}: the endpoint is not used`,
      "list it in a slice of its own family",
    );
  }
  const names = new Set(service.ports.map((port) => `${port.name ?? ""} ${port.protocol}`));
  for (const { name: portName, protocol, port } of slice.ports)
    if (port === undefined || !names.has(`${portName} ${protocol}`))
      yield problem(
        "unnamed-endpoint-port",
        "warning",
        name,
        slice.span,
        port === undefined
          ? `port "${portName}" of the EndpointSlice has no number: its endpoints are not used by it`
          : `Service ${name} has no ${protocol} port of the name "${portName}": the slice's port is not used`,
        port === undefined
          ? "write the number"
          : "give the slice's port the name and protocol of the Service's",
      );
}

/** Without a node that knows polc there is no direct return: its answers come back by the node that was asked. */
function outside(
  service: Service,
  address: string,
  node: string | undefined,
  span: Problem["span"],
): Problem {
  const name = serviceKey(service);
  const where = node === undefined ? "on no node" : `on node ${node}, which is not known`;
  return problem(
    "endpoint-outside-nodes",
    "warning",
    name,
    span,
    `endpoint ${address} of Service ${name} is ${where}: it is reached by SNAT`,
    node === undefined ? "write its `nodeName`, if it is a pod" : "add the Node, or correct `nodeName`",
  );
}

function without(service: Service, { port, family }: FamilyPort): Problem {
  const name = serviceKey(service);
  const text = `${port.port}/${port.protocol.toLowerCase()}`;
  return problem(
    "no-endpoints",
    "warning",
    name,
    port.span ?? service.span,
    `port ${text} of Service ${name} has no IPv${family} endpoint: whoever asks for it is refused`,
    "see whether its selector and targetPort are those of the pods, or add an EndpointSlice",
  );
}
