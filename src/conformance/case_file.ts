/**
 * Conformance files: a JSON array of cases, each a small cluster and steps of policies with the connections that must then be
 * possible. `test/conformance/README.md` describes the format.
 */
import type { Labels } from "../ir/inventory.js";
import type { Protocol } from "../ir/policy.js";
import {
  CaseFileError,
  known,
  labelsOf,
  list,
  name,
  object,
  optional,
  portNumber,
  protocol,
  quote,
  string,
  unique,
} from "./case_fields.js";

export interface CasePort {
  readonly port: number;
  readonly protocol: Protocol;
  readonly name?: string;
}

export interface CaseNamespace {
  readonly name: string;
  readonly labels: Labels;
}

export interface CasePod {
  readonly ns: string;
  readonly name: string;
  readonly labels: Labels;
  /** Without it the harness assigns one. */
  readonly ip?: string;
  /** Instead of the model's: what this pod listens on and calls its ports. */
  readonly ports?: readonly CasePort[];
}

export interface Model {
  readonly namespaces: readonly CaseNamespace[];
  readonly pods: readonly CasePod[];
  readonly ports: readonly CasePort[];
}

export interface Relabel {
  readonly namespaces: readonly CaseNamespace[];
  readonly pods: readonly { readonly ns: string; readonly name: string; readonly labels: Labels }[];
}

/** What holds for the pairs that are not listed, and the pairs that are: `namespace/name`, from and to. */
export interface Expectation {
  readonly default: "allow" | "deny";
  readonly exceptions: readonly (readonly [from: string, to: string])[];
}

export interface Step {
  readonly action: string;
  /** Every policy in force, as objects of the Kubernetes API with placeholders. */
  readonly policies: readonly unknown[];
  readonly relabel?: Relabel;
  readonly port: number;
  readonly protocol: Protocol;
  readonly expect: Expectation;
}

export interface Validation {
  readonly policy: unknown;
  readonly valid: boolean;
  readonly reason: string;
}

export interface Case {
  readonly name: string;
  readonly suite: string;
  readonly model: Model;
  readonly steps: readonly Step[];
  readonly validation: readonly Validation[];
}

/** @throws CaseFileError */
export function parseCaseFile(text: string): Case[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CaseFileError("the file", `is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const cases = list(value, "the file", readCase);
  unique(cases, (one) => one.name, "the file", "cases have the name");
  return cases;
}

function readCase(value: unknown, place: string): Case {
  const fields = object(value, place); // other keys are somebody's remarks
  for (const key of ["name", "model"])
    if (!(key in fields)) throw new CaseFileError(place, `has no ${quote(key)}`);
  const name = string(fields["name"], `${place}.name`);
  const at = `${place} (${name})`;
  const model = readModel(fields["model"], `${at}.model`);
  const result = {
    name,
    suite: optional(fields["suite"], `${at}.suite`, string) ?? "",
    model,
    steps:
      optional(fields["steps"], `${at}.steps`, (steps, where) => list(steps, where, readStep(model))) ?? [],
    validation:
      optional(fields["validation"], `${at}.validation`, (facts, where) =>
        list(facts, where, readValidation),
      ) ?? [],
  };
  return result;
}

function readModel(value: unknown, place: string): Model {
  const fields = object(value, place, ["namespaces", "pods"], ["ports"]);
  const namespaces = list(fields["namespaces"], `${place}.namespaces`, readNamespace);
  const pods = list(fields["pods"], `${place}.pods`, readPod);
  unique(namespaces, ({ name }) => name, `${place}.namespaces`, "namespaces are called");
  unique(pods, ({ ns, name }) => `${ns}/${name}`, `${place}.pods`, "pods are called");
  const known = new Set(namespaces.map(({ name }) => name));
  for (const [index, { ns }] of pods.entries())
    if (!known.has(ns))
      throw new CaseFileError(`${place}.pods[${index}].ns`, `no namespace is called ${quote(ns)}`);
  return { namespaces, pods, ports: optional(fields["ports"], `${place}.ports`, readPorts) ?? [] };
}

function readNamespace(value: unknown, place: string): CaseNamespace {
  const fields = object(value, place, ["name"], ["labels"]);
  return {
    name: name(fields["name"], `${place}.name`),
    labels: labelsOf(fields["labels"], `${place}.labels`),
  };
}

function readPod(value: unknown, place: string): CasePod {
  const fields = object(value, place, ["ns", "name"], ["labels", "ip", "ports"]);
  const ip = optional(fields["ip"], `${place}.ip`, string);
  const ports = optional(fields["ports"], `${place}.ports`, readPorts);
  return {
    ns: name(fields["ns"], `${place}.ns`),
    name: name(fields["name"], `${place}.name`),
    labels: labelsOf(fields["labels"], `${place}.labels`),
    ...(ip !== undefined && { ip }),
    ...(ports && { ports }),
  };
}

function readPorts(value: unknown, place: string): CasePort[] {
  return list(value, place, (port, at) => {
    const fields = object(port, at, ["port"], ["protocol", "name"]);
    const portName = optional(fields["name"], `${at}.name`, string);
    return {
      port: portNumber(fields["port"], `${at}.port`),
      protocol: optional(fields["protocol"], `${at}.protocol`, protocol) ?? "TCP",
      ...(portName !== undefined && portName !== "" && { name: portName }),
    };
  });
}

function readStep(model: Model): (value: unknown, place: string) => Step {
  const pods = new Set(model.pods.map(({ ns, name: podName }) => `${ns}/${podName}`));
  const namespaces = new Set(model.namespaces.map((namespace) => namespace.name));
  return (value, place) => {
    const fields = object(value, place, ["policies", "port", "protocol", "expect"], ["action", "relabel"]);
    const relabel = optional(fields["relabel"], `${place}.relabel`, readRelabel);
    for (const pod of relabel?.pods ?? []) known(pods, `${pod.ns}/${pod.name}`, `${place}.relabel.pods`);
    for (const namespace of relabel?.namespaces ?? [])
      known(namespaces, namespace.name, `${place}.relabel.namespaces`);
    return {
      action: optional(fields["action"], `${place}.action`, string) ?? "none",
      policies: list(fields["policies"], `${place}.policies`, (policy, at) => object(policy, at)),
      ...(relabel && { relabel }),
      port: portNumber(fields["port"], `${place}.port`),
      protocol: protocol(fields["protocol"], `${place}.protocol`),
      expect: readExpectation(fields["expect"], `${place}.expect`, pods),
    };
  };
}

function readRelabel(value: unknown, place: string): Relabel {
  const fields = object(value, place, [], ["namespaces", "pods"]);
  return {
    namespaces:
      optional(fields["namespaces"], `${place}.namespaces`, (items, at) => list(items, at, readNamespace)) ??
      [],
    pods: optional(fields["pods"], `${place}.pods`, (items, at) => list(items, at, readPod)) ?? [],
  };
}

function readExpectation(value: unknown, place: string, pods: ReadonlySet<string>): Expectation {
  const fields = object(value, place, ["default"], ["denied", "allowed"]);
  const otherwise = fields["default"];
  if (otherwise !== "allow" && otherwise !== "deny")
    throw new CaseFileError(`${place}.default`, `must be "allow" or "deny", not ${quote(otherwise)}`);
  const [key, unfit] = otherwise === "allow" ? ["denied", "allowed"] : ["allowed", "denied"];
  if (fields[unfit!] !== undefined)
    throw new CaseFileError(`${place}.${unfit}`, `does not go with default ${quote(otherwise)}`);
  const exceptions = list(fields[key!] ?? [], `${place}.${key}`, (pair, at) => {
    const ends = list(pair, at, string);
    if (ends.length !== 2) throw new CaseFileError(at, "must be a pair: [from, to]");
    for (const end of ends) known(pods, end, at);
    return [ends[0]!, ends[1]!] as const;
  });
  return { default: otherwise, exceptions };
}

function readValidation(value: unknown, place: string): Validation {
  const fields = object(value, place, ["policy", "valid"], ["reason"]);
  if (typeof fields["valid"] !== "boolean")
    throw new CaseFileError(`${place}.valid`, "must be true or false");
  return {
    policy: object(fields["policy"], `${place}.policy`),
    valid: fields["valid"],
    reason: optional(fields["reason"], `${place}.reason`, string) ?? "",
  };
}
