/** The services of a bundle, as this machine is to serve them. */
import { join } from "node:path";
import type { Bundle } from "../../bundle/bundle.js";
import type { BundleServices } from "../../bundle/service_tables.js";
import type { Inventory } from "../../ir/inventory.js";
import { sourcesOf } from "../../ir/pod_sources.js";
import type { ServiceObjects } from "../../services/node/services_state.js";
import { nodeServicesState } from "../../services/node_services_state.js";
import type { NodeServicesState } from "../../services/node_services_state.js";
import type { ServiceSettings } from "../../services/settings.js";
import type { GenerationNames } from "../../state/generation_names.js";
import type { LocalPod } from "../../state/node_state.js";
import { podKey } from "../../state/profiles.js";
import { serviceNames } from "../../state/service_names.js";
import type { Failure } from "../failure.js";
import { isFailure } from "../failure.js";
import { judgedLinks } from "../links.js";
import { NETNS_ANNOTATION, netnsPath } from "../pods/interface.js";

export interface ServicesHere extends NodeServicesState {
  readonly names: NonNullable<GenerationNames["services"]>;
}

export interface ServicesHereOptions {
  /** Of what the bundle's own settings leave out. */
  readonly settings?: Partial<ServiceSettings>;
  /** By which packets come from other nodes and from outside; left out: the links with a default route. */
  readonly links?: readonly string[];
  /** Path of the network namespace of the node. */
  readonly netns?: string;
}

/** undefined: the bundle has none. Their state is generation 1, whatever is in force. */
export async function servicesHere(
  { dir, manifest, services }: Bundle,
  inventory: Inventory,
  node: { readonly name: string; readonly ips: readonly string[] },
  pods: readonly LocalPod[],
  options: ServicesHereOptions = {},
): Promise<ServicesHere | undefined | Failure> {
  if (!services || !manifest.services) return undefined;
  const links = await judgedLinks(options.links, options.netns);
  if (isFailure(links)) return links;
  const { tc, xdp, socket } = manifest.services.objects;
  const object = ({ file, sha256 }: typeof tc) => ({ path: join(dir, file), sha256 });
  const objects: ServiceObjects = { tc: object(tc), xdp: object(xdp), socket: object(socket) };
  const made = nodeServicesState(
    clusterOf(services, inventory, node),
    {
      name: node.name,
      links: links.map(({ name }) => ({ name, hook: "auto" })),
      pods: pods.map(servicePod),
      ...(links.length > 0 && { mtu: Math.min(...links.map(({ mtu }) => mtu)) }),
    },
    { objects, generation: 1, settings: { ...options.settings, ...services.settings } },
  );
  return { ...made, names: serviceNames(made) };
}

/** The bundle says what is served; of nodes that it does not know, and of this one, the files of this machine do. */
function clusterOf(
  { services, slices, nodes }: BundleServices,
  inventory: Inventory,
  node: { readonly name: string; readonly ips: readonly string[] },
): Inventory {
  const known = new Map(nodes.map((each) => [each.name, each]));
  for (const each of [...inventory.nodes, node]) if (!known.has(each.name)) known.set(each.name, each);
  return { ...inventory, services, slices, nodes: [...known.values()] };
}

function servicePod({ pod, interface: device }: LocalPod) {
  const netns = pod.annotations?.[NETNS_ANNOTATION];
  return {
    ...{ name: podKey(pod), interface: device, addresses: pod.ips, sources: sourcesOf(pod) },
    ...(netns !== undefined && { netns: netnsPath(netns) }),
  };
}
