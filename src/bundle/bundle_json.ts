/** `manifest.json` and `ir.json` as text, and back: checked, with an error instead of a value where it is none. */
import type { ValidateFunction } from "ajv";
import { parseBlock, formatBlock } from "../ir/address.js";
import type { Policy } from "../ir/policy.js";
import { NO_SPAN } from "../source/span.js";
import { canonicalJson } from "./canonical_json.js";
import { compileSchema } from "./compile_schema.js";
import { sha256 } from "./digest.js";
import { SCHEMA_VERSION } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { SCHEMAS } from "./schemas.js";

/** Spans are left out: those of the policies are in `ir.json`. */
export function printManifest(manifest: Manifest): string {
  return print(without(manifest, SPAN));
}

/** What `Manifest.digest` must be. The digests of the files are in the manifest, so it stands for the whole bundle. */
export function manifestDigest(manifest: Omit<Manifest, "digest">): string {
  return `sha256:${sha256(canonicalJson(without({ ...manifest, digest: undefined }, SPAN)))}`;
}

/** Labels, annotations and names of rules are no part of a bundle: a change of them makes no new one. */
export function printIr(policies: readonly Policy[]): string {
  return print(without({ schemaVersion: SCHEMA_VERSION, policies }, NAMES));
}

export function parseManifest(text: string): Manifest | string {
  const parsed = parse(text, "manifest");
  if (typeof parsed === "string") return parsed;
  const manifest = parsed.value as Manifest;
  const sets = manifest.sets.map((set) => ({
    ...set,
    subjects: set.subjects.map(withNoSpans),
    terms: set.terms.map(withNoSpans),
  }));
  return { ...manifest, sets };
}

export function parseIr(text: string): readonly Policy[] | string {
  const parsed = parse(text, "ir");
  if (typeof parsed === "string") return parsed;
  const { policies } = parsed.value as { policies: readonly Policy[] };
  for (const policy of policies)
    for (const rule of policy.rules)
      for (const peer of rule.peers ?? []) {
        const blocks = peer.kind === "block" ? [peer.cidr, ...peer.except] : [];
        const wrong = blocks.find((block) => !isCanonicalBlock(block.text));
        if (wrong) return `${JSON.stringify(wrong.text)} is not a CIDR block in canonical form`;
      }
  return deepFreeze(policies);
}

function isCanonicalBlock(text: string): boolean {
  const block = parseBlock(text);
  return block !== undefined && formatBlock(block) === text;
}

function print(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const SPAN: ReadonlySet<string> = new Set(["span"]);
const NAMES: ReadonlySet<string> = new Set(["metadata", "ruleName"]);

/** A copy without these properties, at any depth: quicker than a replacer, which is asked for every property. */
function without(value: unknown, left: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item as unknown, left));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value))
    if (!left.has(key) && inner !== undefined) copy[key] = without(inner, left);
  return copy;
}

function withNoSpans<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => withNoSpans(item as unknown)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => [key, withNoSpans(inner)]);
  return { ...(Object.fromEntries(entries) as T), span: NO_SPAN };
}

const validators = new Map<keyof typeof SCHEMAS, ValidateFunction>();

function parse(text: string, schema: keyof typeof SCHEMAS): { value: unknown } | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== SCHEMA_VERSION)
    return `its schema version is ${JSON.stringify(version) ?? "missing"}, this polc reads ${SCHEMA_VERSION}`;
  let validate = validators.get(schema);
  if (!validate) validators.set(schema, (validate = compileSchema(SCHEMAS[schema]())));
  if (validate(value)) return { value };
  const error = validate.errors!.at(-1)!;
  return `${error.instancePath || "/"} ${error.message}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
