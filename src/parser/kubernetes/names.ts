/**
 * The syntax of names in the Kubernetes API (apimachinery `validation`). Each function returns what is wrong, to follow
 * the value in a message, or undefined. Lengths are bytes of UTF-8, as there. No expression backtracks.
 */
const LABEL_PART = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

export function labelValueError(value: string): string | undefined {
  if (value === "") return undefined;
  if (bytes(value) > 63) return "is longer than 63 bytes";
  return LABEL_PART.test(value)
    ? undefined
    : "is not a label value: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
}

/** A label key, an annotation key or a finalizer: `name` or `prefix/name`. */
export function qualifiedNameError(key: string): string | undefined {
  const parts = key.split("/");
  if (parts.length > 2) return "has more than one `/`";
  const name = parts.at(-1)!;
  const prefix = parts.length === 2 ? parts[0]! : undefined;
  if (prefix === "") return "has nothing before the `/`";
  if (prefix !== undefined) {
    const error = dnsSubdomainError(prefix);
    if (error) return `has a prefix that ${error}`;
  }
  if (name === "") return prefix === undefined ? "is empty" : "has nothing after the `/`";
  if (bytes(name) > 63) return "has a name part longer than 63 bytes";
  return LABEL_PART.test(name)
    ? undefined
    : "is not a label key: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
}

export function dnsSubdomainError(name: string): string | undefined {
  if (bytes(name) > 253) return "is longer than 253 bytes";
  return name.split(".").every((part) => DNS_LABEL.test(part))
    ? undefined
    : "is not a DNS name: use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part";
}

export function dnsLabelError(name: string): string | undefined {
  if (bytes(name) > 63) return "is longer than 63 bytes";
  return DNS_LABEL.test(name)
    ? undefined
    : "is not a DNS label: use lower-case letters, digits and `-`, with a letter or digit at both ends";
}

/** An IANA service name (RFC 6335), which a container port's name must be. */
export function portNameError(name: string): string | undefined {
  if (bytes(name) > 15) return "is longer than 15 bytes";
  if (!/^[-a-z0-9]+$/.test(name)) return "is not a port name: use lower-case letters, digits and `-`";
  if (!/[a-z]/.test(name)) return "is not a port name: it needs a letter";
  if (name.includes("--")) return "is not a port name: it has two hyphens in a row";
  if (name.startsWith("-") || name.endsWith("-"))
    return "is not a port name: it starts or ends with a hyphen";
  return undefined;
}

export function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
