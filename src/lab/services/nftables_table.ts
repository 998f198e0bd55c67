/**
 * The part of kube-proxy's table that is there whatever the services are: sets and maps of addresses, and the hooks that ask
 * them. In the form of kube-proxy 1.36, whose names it keeps.
 */
import type { Family } from "../../ir/address.js";

export const TABLE = "polc-lab-services";
export const MARK_FOR_MASQUERADE = "mark set mark or 0x4000";

/** @param inside blocks of the cluster's pods: their source addresses stay with cluster IPs */
export function tableCommands(family: Family, inside: readonly string[]): string[] {
  const [ip, address] = family === 4 ? ["ip", "ipv4_addr"] : ["ip6", "ipv6_addr"];
  const table = `${ip} ${TABLE}`;
  const port = "meta l4proto . th dport";
  const verdict = "inet_proto . inet_service : verdict";
  const set = (name: string, type: string) => `add set ${table} ${name} { type ${type}; }`;
  const map = (name: string, type: string) => `add map ${table} ${name} { type ${type}; }`;
  const chain = (name: string, rules: readonly string[], hook = "") => [
    `add chain ${table} ${name} ${hook && `{ type ${hook}; }`}`,
    ...rules.map((rule) => `add rule ${table} ${name} ${rule}`),
  ];
  const fromOutside = inside.length === 0 ? "" : ` ${ip} saddr != { ${inside.join(", ")} }`;
  return [
    set("cluster-ips", address),
    set("nodeport-ips", address),
    set("hairpin-connections", `${address} . ${address} . inet_proto . inet_service`),
    map("service-ips", `${address} . ${verdict}`),
    map("service-nodeports", verdict),
    map("no-endpoint-services", `${address} . ${verdict}`),
    map("no-endpoint-nodeports", verdict),
    map("firewall-ips", `${address} . ${verdict}`),
    ...chain("reject-chain", ["reject"]),
    ...chain("firewall-check", [`${ip} daddr . ${port} vmap @firewall-ips`]),
    ...chain("service-endpoints-check", [`${ip} daddr . ${port} vmap @no-endpoint-services`]),
    ...chain("nodeport-endpoints-check", [`${ip} daddr @nodeport-ips ${port} vmap @no-endpoint-nodeports`]),
    ...chain("cluster-ips-check", [`${ip} daddr @cluster-ips reject`]),
    ...chain("services", [
      `${ip} daddr @cluster-ips${fromOutside} ${MARK_FOR_MASQUERADE}`,
      `${ip} daddr . ${port} vmap @service-ips`,
      `${ip} daddr @nodeport-ips ${port} vmap @service-nodeports`,
    ]),
    ...chain("masquerading", [
      "mark and 0x4000 != 0 mark set mark xor 0x4000 masquerade fully-random",
      `ct status dnat ${ip} saddr . ${ip} daddr . ${port} @hairpin-connections masquerade fully-random`,
    ]),
    ...["prerouting", "output"].flatMap((hook) => [
      ...chain(`filter-${hook}-pre-dnat`, NEW("firewall-check"), `filter hook ${hook} priority -110`),
      ...chain(`nat-${hook}`, ["jump services"], `nat hook ${hook} priority -100`),
    ]),
    ...chain("nat-postrouting", ["jump masquerading"], "nat hook postrouting priority 100"),
    ...chain("filter-input", NEW("nodeport-endpoints-check", "service-endpoints-check"), filter("input")),
    ...["forward", "output"].flatMap((hook) =>
      chain(`filter-${hook}`, NEW("service-endpoints-check", "cluster-ips-check"), filter(hook)),
    ),
  ];
}

const NEW = (...chains: readonly string[]) => chains.map((name) => `ct state new jump ${name}`);
/** After the translation of the hook. */
const filter = (hook: string) => `filter hook ${hook} priority 0`;
