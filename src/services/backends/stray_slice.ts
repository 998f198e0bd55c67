import type { EndpointSlice } from "../../ir/service.js";
import { problem } from "../problems.js";
import type { Problem } from "../problems.js";

/** An EndpointSlice that belongs to no Service. */
export function strayProblem({ namespace, name, service, span }: EndpointSlice): Problem {
  return problem(
    "slice-without-service",
    "warning",
    undefined,
    span,
    service === undefined
      ? `EndpointSlice ${namespace}/${name} names no Service: nothing uses it`
      : `EndpointSlice ${namespace}/${name} is of Service ${namespace}/${service}, which does not exist: nothing uses it`,
    service === undefined
      ? "label it with `kubernetes.io/service-name`, the name of its Service"
      : "add the Service, or correct the label `kubernetes.io/service-name`",
  );
}
