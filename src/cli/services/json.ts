import type { Backend } from "../../services/backends/backend.js";
import type { Overview } from "../../services/overview.js";
import { serviceKey } from "../../services/service_name.js";
import type { SourceMap } from "../../source/source_file.js";
import { addressText } from "./text.js";

/** The tables as JSON. `chosen` is there with --node: the endpoints of each kind of client. */
export function servicesJson(
  { frontends, ports, problems }: Overview,
  node: string | undefined,
  sources: SourceMap,
): string {
  return JSON.stringify(
    {
      ...(node !== undefined && { node }),
      frontends: frontends.map(({ claim, mode, sets }) => ({
        service: serviceKey(claim.service),
        address: claim.address,
        port: claim.port,
        protocol: claim.protocol,
        kind: claim.kind,
        servicePort: claim.servicePort.port,
        mode,
        ...(sets && {
          chosen:
            claim.kind === "cluster-ip"
              ? { inside: sets.sets[0].map(addressText), outside: sets.sets[0].map(addressText) }
              : { inside: sets.sets[2].map(addressText), outside: sets.sets[1].map(addressText) },
        }),
      })),
      backends: ports.flatMap(({ service, port, backends }) =>
        backends.map((each) => ({
          service: serviceKey(service),
          port: port.port,
          protocol: port.protocol,
          ...backendJson(each),
        })),
      ),
      problems: problems.map(({ rule, severity, message, help, service, span }) => ({
        ...{ code: rule, severity, message, help },
        ...(service !== undefined && { service }),
        source: sources.where(span),
      })),
    },
    undefined,
    2,
  );
}

function backendJson({ address, port, node, pod, ready, serving, terminating }: Backend) {
  return {
    address,
    targetPort: port,
    node: node ?? null,
    ...(pod !== undefined && { pod }),
    ...{ ready, serving, terminating },
  };
}
