import { parseAddress } from "../../ir/address.js";

/** `10.96.0.10:80`, `[fd00::10]:80` or one of them with `/udp`, as an end and a port; undefined: it is something else. */
export function addressAndPort(
  text: string,
): { readonly address: string; readonly port: string } | undefined {
  const [, six, four, port, protocol = "tcp"] =
    /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  const address = six ?? four;
  return address !== undefined && parseAddress(address)
    ? { address, port: `${port}/${protocol.toLowerCase()}` }
    : undefined;
}
