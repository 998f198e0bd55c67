import { blockOf, formatBlock, parseAddress, parseBlock } from "../../../ir/address.js";
import type { Block } from "../../../ir/address.js";
import type { BlockMatch, Cidr } from "../../../ir/policy.js";
import type { Place, Untrusted } from "./place.js";
import { shown } from "./report.js";
import type { Report } from "./report.js";

/** What `internet` means; docs/dsl.md and the declaration in src/dsl/match.ts say the same. */
export const INTERNET = [
  {
    cidr: "0.0.0.0/0",
    except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  },
  { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] },
] as const;

export function internetAt({ span }: Place): BlockMatch[] {
  return INTERNET.map(({ cidr, except }) => ({
    kind: "block",
    cidr: { text: cidr, span },
    except: except.map((text) => ({ text, span })),
    span,
  }));
}

export function lowerBlock(node: Untrusted, place: Place, report: Report): BlockMatch | undefined {
  const made = report.sites.of(node, place);
  const cidr = lowerCidr(node["block"], report.sites.argument(node, undefined, 0) ?? made, report);
  const exceptAt = (report.sites.argument(node, undefined, 1) ?? made).property("except");
  if (!Array.isArray(node["except"]))
    return report.error(
      "invalid-cidr",
      exceptAt.span,
      `except must be an array, not ${shown(node["except"])}`,
    );
  const except = node["except"].map((text, index) => {
    const inner = lowerCidr(text, exceptAt.item(index), report);
    if (!cidr || !inner || isInside(blockOf(inner.text), blockOf(cidr.text))) return inner;
    return report.error(
      "except-outside-cidr",
      inner.span,
      `${inner.text} is not a smaller block inside ${cidr.text}`,
    );
  });
  if (!cidr || except.includes(undefined)) return undefined;
  const sorted = (except as Cidr[]).sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { kind: "block", cidr, except: sorted, span: place.span };
}

function lowerCidr(value: unknown, { span }: Place, report: Report): Cidr | undefined {
  const block = typeof value === "string" ? parseBlock(value) : undefined;
  if (!block) {
    const help = 'an address and a prefix length, such as "10.0.0.0/8" or "fd00::/8"';
    return report.error("invalid-cidr", span, `${shown(value)} is not an address block`, { help });
  }
  const text = formatBlock(block);
  const address = parseAddress((value as string).split("/")[0]!);
  if (address?.value !== block.first) {
    const help = `write "${text}"`;
    return report.error("cidr-host-bits", span, `${shown(value)} has bits set beyond its prefix`, { help });
  }
  if (block.family === 6 && block.prefix >= 96 && block.first >> 32n === 0xffffn)
    return report.error("invalid-cidr", span, `${shown(value)} is an IPv4-mapped IPv6 block`, {
      help: "write the IPv4 block",
    });
  return { text, span };
}

function isInside(inner: Block, outer: Block): boolean {
  return (
    inner.family === outer.family &&
    inner.prefix > outer.prefix &&
    outer.first <= inner.first &&
    inner.last <= outer.last
  );
}
