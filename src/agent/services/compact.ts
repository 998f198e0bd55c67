/**
 * What the parser made of an object, as little as it can be: an agent keeps ten thousands of them. The places in it are of no text,
 * so they are one. Objects are made anew, property by property, so that those of a kind share their shape.
 */
const NOWHERE = Object.freeze({ file: "", start: 0, end: 0 });

export function compact<T>(value: T): T {
  if (Array.isArray(value)) return value.map(compact) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value))
    if (each !== undefined) copy[key] = key === "span" ? NOWHERE : compact(each as unknown);
  return copy as T;
}
