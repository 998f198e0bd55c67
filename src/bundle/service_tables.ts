/** `services.json` of a bundle: the Services, slices and nodes that nodes make their tables of, and how they are served. */
import type { ValidateFunction } from "ajv";
import { parseAddress, parseBlock } from "../ir/address.js";
import type { EndpointSlice, Node, Service } from "../ir/service.js";
import type { ServiceSettings } from "../services/settings.js";
import { NO_SPAN } from "../source/span.js";
import { compileSchema } from "./compile_schema.js";
import { SCHEMA_VERSION } from "./manifest.js";
import { servicesSchema } from "./service_schema.js";

export const SERVICES_FILE = "services.json";

export interface BundleServices {
  readonly settings: Partial<ServiceSettings>;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly nodes: readonly Node[];
}

/** Without spans, so that equal Services give equal bytes wherever they are written. */
export function printServices({ settings, services, slices, nodes }: BundleServices): string {
  const text = JSON.stringify(
    { schemaVersion: SCHEMA_VERSION, settings, services, slices, nodes },
    (key, value: unknown) => (key === "span" ? undefined : value),
    2,
  );
  return `${text}\n`;
}

let validator: ValidateFunction | undefined;

/** @returns what is wrong with it, as text */
export function parseServices(text: string): BundleServices | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  validator ??= compileSchema(servicesSchema());
  if (!validator(value)) {
    const error = validator.errors!.at(-1)!;
    return `${error.instancePath || "/"} ${error.message}`;
  }
  const { settings, services, slices, nodes } = value as BundleServices;
  const wrong = wrongAddress({ settings, services, slices, nodes });
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is no address`;
  return { settings, services: services.map(placedService), slices: slices.map(placedSlice), nodes };
}

function wrongAddress({ services, slices, nodes }: BundleServices): string | undefined {
  const addresses = [
    ...services.flatMap(({ clusterIps = [], externalAddresses = [], balancerAddresses = [] }) => [
      ...clusterIps,
      ...[...externalAddresses, ...balancerAddresses].map(({ ip }) => ip),
    ]),
    ...slices.flatMap(({ addressType, endpoints }) =>
      addressType === "FQDN" ? [] : endpoints.flatMap((endpoint) => endpoint.addresses),
    ),
    ...nodes.flatMap(({ ips }) => ips),
  ];
  const blocks = [
    ...services.flatMap(({ sourceRanges = [] }) => sourceRanges.map(({ block }) => block)),
    ...nodes.flatMap(({ podCidrs = [] }) => podCidrs),
  ];
  return addresses.find((each) => !parseAddress(each)) ?? blocks.find((each) => !parseBlock(each));
}

const span = NO_SPAN;

function placedService(service: Service): Service {
  const { ports, externalAddresses, balancerAddresses, sourceRanges } = service;
  return {
    ...service,
    ports: ports.map((port) => ({ ...port, span })),
    ...(externalAddresses && { externalAddresses: externalAddresses.map((each) => ({ ...each, span })) }),
    ...(balancerAddresses && { balancerAddresses: balancerAddresses.map((each) => ({ ...each, span })) }),
    ...(sourceRanges && { sourceRanges: sourceRanges.map((each) => ({ ...each, span })) }),
    span,
  };
}

function placedSlice(slice: EndpointSlice): EndpointSlice {
  return { ...slice, endpoints: slice.endpoints.map((each) => ({ ...each, span })), span };
}
