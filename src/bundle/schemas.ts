/** JSON schemas of `manifest.json` and `ir.json`. A bundle may come from anywhere, so nothing in it is taken on trust. */
import { AFTER_ALL } from "../ir/priority.js";
import { SCHEMA_VERSION } from "./manifest.js";

const strict = (properties: Record<string, object>, optional: readonly string[] = []) => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const listOf = (items: object, rest: object = {}) => ({ type: "array", items, ...rest });
const constant = (value: unknown) => ({ const: value });
const oneOf = (...values: readonly string[]) => ({ enum: values });

const text = { type: "string" };
const flag = { type: "boolean" };
const count = { type: "integer", minimum: 0, maximum: 0xffff_ffff };
const port = { type: "integer", minimum: 0, maximum: 65535 };
const sha256 = { type: "string", pattern: "^[0-9a-f]{64}$" };
const fileName = { type: "string", pattern: "^[a-z0-9][a-z0-9.-]{0,127}$" };
const setName = { type: "string", pattern: "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$" };
const protocol = oneOf("TCP", "UDP", "SCTP");
const direction = oneOf("ingress", "egress");
const action = oneOf("allow", "deny", "pass");

/** `spans`: whether nodes carry them (`ir.json`) or not (the manifest). */
function irSchemas(spans: boolean) {
  const node = (properties: Record<string, object>, optional: readonly string[] = []) =>
    strict(
      spans ? { ...properties, span: strict({ file: text, start: count, end: count }) } : properties,
      optional,
    );
  const requirement = node({
    key: text,
    operator: oneOf("In", "NotIn", "Exists", "DoesNotExist"),
    values: listOf(text),
  });
  const selector = node({ requirements: listOf(requirement) });
  const namespaces = {
    oneOf: [node({ kind: constant("name"), name: text }), node({ kind: constant("selector"), selector })],
  };
  const cidr = node({ text });
  const pods = node({ kind: constant("pods"), namespaces, pods: selector });
  const block = node({ kind: constant("block"), cidr, except: listOf(cidr) });
  return { node, pods, peer: { oneOf: [pods, block] } };
}

function irSchema(): object {
  const { node, pods, peer } = irSchemas(true);
  const portMatch = {
    oneOf: [
      node({ kind: constant("range"), protocol, from: port, to: port }),
      node({ kind: constant("named"), protocol, name: text }),
    ],
  };
  const rule = node(
    {
      direction,
      action,
      subject: pods,
      peers: listOf(peer, { minItems: 1 }),
      ports: listOf(portMatch, { minItems: 1 }),
      logged: flag,
    },
    ["peers", "ports"],
  );
  const failClosed = node({
    direction,
    action,
    subject: pods,
    unknown: listOf(node({ kind: oneOf("nodes", "domainNames") }), { minItems: 1 }),
  });
  const networkPolicy = node({
    kind: constant("NetworkPolicy"),
    tier: constant("networkpolicy"),
    name: text,
    namespace: { type: "string", pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" },
    subject: pods,
    isolates: strict({ ingress: flag, egress: flag }),
    rules: listOf(rule),
    logged: flag,
  });
  const tierPolicy = (kind: string, tier: string) =>
    node(
      {
        kind: constant(kind),
        writtenAs: oneOf("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"),
        tier: constant(tier),
        name: text,
        priority: { type: "integer", minimum: 0, maximum: AFTER_ALL },
        rules: listOf(rule),
        failClosed: listOf(failClosed, { minItems: 1 }),
        logged: flag,
      },
      ["writtenAs", "failClosed"],
    );
  const policies = listOf({
    oneOf: [networkPolicy, tierPolicy("AdminTier", "admin"), tierPolicy("BaselineTier", "baseline")],
  });
  return strict({ schemaVersion: constant(SCHEMA_VERSION), policies });
}

function manifestSchema(): object {
  const { pods, peer } = irSchemas(false);
  const file = strict({ file: fileName, sha256 });
  const layout = {
    name: setName,
    namespace: text,
    policies: listOf(count),
    rules: listOf(count),
    subjects: listOf(pods),
    terms: listOf(peer),
    namedPorts: listOf(strict({ protocol, name: text })),
    subjectWords: count,
    termWords: count,
    namedSlots: count,
  };
  const program = { source: fileName, sourceSha256: sha256, object: fileName, sha256 };
  const set = {
    type: "object",
    discriminator: { propertyName: "form" },
    properties: { form: oneOf("specialised", "table") },
    required: ["form"],
    oneOf: [
      strict({ ...layout, form: constant("specialised"), ...program }, ["namespace"]),
      strict({ ...layout, form: constant("table") }, ["namespace"]),
    ],
  };
  const rule = strict({ id: count, policy: count, direction, action, name: text, text, source: text });
  const policy = strict(
    {
      kind: text,
      name: text,
      namespace: text,
      tier: oneOf("admin", "networkpolicy", "baseline"),
      source: text,
      logged: flag,
    },
    ["namespace"],
  );
  const services = strict({ file: fileName, sha256, objects: strict({ tc: file, xdp: file, socket: file }) });
  const manifest = {
    schemaVersion: constant(SCHEMA_VERSION),
    digest: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" },
    polcVersion: text,
    compiler: text,
    shell: file,
    ir: file,
    services,
    sets: listOf(set),
    rules: listOf(rule),
    policies: listOf(policy),
  };
  return strict(manifest, ["services"]);
}

export const SCHEMAS = { ir: irSchema, manifest: manifestSchema };
