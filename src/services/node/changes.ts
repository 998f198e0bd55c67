/** What may change in a cluster or on a node, as far as services are concerned. */
import type { EndpointSlice, Node, Service } from "../../ir/service.js";
import type { ServicePod } from "./services_state.js";

export type ServiceChange =
  /** It is new, or it is this from now on. */
  | { readonly kind: "service"; readonly service: Service }
  | { readonly kind: "service-gone"; readonly namespace: string; readonly name: string }
  | { readonly kind: "slice"; readonly slice: EndpointSlice }
  | { readonly kind: "slice-gone"; readonly namespace: string; readonly name: string }
  /** All nodes of the cluster, if one is new or gone or its addresses or zone are others. */
  | { readonly kind: "nodes"; readonly nodes: readonly Node[] }
  /** A pod of this node. */
  | { readonly kind: "pod"; readonly pod: ServicePod }
  | { readonly kind: "pod-gone"; readonly interface: string };
