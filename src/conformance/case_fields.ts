/** Reads the values of a conformance file, each with its place in the file for the error. All throw CaseFileError. */
import type { Labels } from "../ir/inventory.js";
import type { Protocol } from "../ir/policy.js";

/** A file that is not in the format: the place in it, and what is wrong there. */
export class CaseFileError extends Error {
  constructor(
    readonly place: string,
    message: string,
  ) {
    super(`${place}: ${message}`);
    this.name = "CaseFileError";
  }
}

/** A JSON object; with `required` given, one with these keys and no others than `allowed`. */
export function object(
  value: unknown,
  place: string,
  required?: readonly string[],
  allowed: readonly string[] = [],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new CaseFileError(place, `must be an object, not ${kindOf(value)}`);
  const fields = value as Record<string, unknown>;
  if (!required) return fields;
  for (const key of required) if (!(key in fields)) throw new CaseFileError(place, `has no ${quote(key)}`);
  for (const key of Object.keys(fields))
    if (!required.includes(key) && !allowed.includes(key))
      throw new CaseFileError(
        place,
        `has ${quote(key)}, which is not one of ${[...required, ...allowed].join(", ")}`,
      );
  return fields;
}

export function list<T>(value: unknown, place: string, read: (item: unknown, place: string) => T): T[] {
  if (!Array.isArray(value)) throw new CaseFileError(place, `must be a list, not ${kindOf(value)}`);
  return value.map((item, index) =>
    read(item, place === "the file" ? `case ${index + 1}` : `${place}[${index}]`),
  );
}

export function optional<T>(
  value: unknown,
  place: string,
  read: (value: unknown, place: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, place);
}

export function string(value: unknown, place: string): string {
  if (typeof value !== "string") throw new CaseFileError(place, `must be text, not ${kindOf(value)}`);
  return value;
}

/** A namespace's or pod's name: a DNS subdomain (RFC 1123), as the API wants it. */
export function name(value: unknown, place: string): string {
  const text = string(value, place);
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(text))
    throw new CaseFileError(place, `${quote(text)} is not a name`);
  return text;
}

export function labelsOf(value: unknown, place: string): Labels {
  const fields = object(value ?? {}, place);
  return Object.fromEntries(
    Object.entries(fields).map(([key, text]) => [key, string(text, `${place}[${quote(key)}]`)]),
  );
}

export function portNumber(value: unknown, place: string): number {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 65535)
    throw new CaseFileError(place, `must be a port number from 1 to 65535, not ${quote(value)}`);
  return value as number;
}

export function protocol(value: unknown, place: string): Protocol {
  if (value !== "TCP" && value !== "UDP" && value !== "SCTP")
    throw new CaseFileError(place, `must be TCP, UDP or SCTP, not ${quote(value)}`);
  return value;
}

export function known(names: ReadonlySet<string>, wanted: string, place: string): void {
  if (!names.has(wanted)) throw new CaseFileError(place, `the model has no ${quote(wanted)}`);
}

export function unique<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  place: string,
  what: string,
): void {
  const seen = new Set<string>();
  for (const key of items.map(keyOf)) {
    if (seen.has(key)) throw new CaseFileError(place, `two ${what} ${quote(key)}`);
    seen.add(key);
  }
}

function kindOf(value: unknown): string {
  return value === undefined
    ? "left out"
    : value === null
      ? "null"
      : Array.isArray(value)
        ? "a list"
        : typeof value === "object"
          ? "an object"
          : `a ${typeof value}`;
}

export function quote(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
