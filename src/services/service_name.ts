import type { Namespaced } from "../ir/namespaced.js";

/** `NAMESPACE/NAME`: what tells one Service from another. */
export function serviceKey({ namespace, name }: Namespaced & { readonly name: string }): string {
  return `${namespace}/${name}`;
}
