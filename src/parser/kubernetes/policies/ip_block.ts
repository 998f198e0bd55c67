/** `ipBlock`: checked as kube-apiserver 1.36 does with strict validation of addresses, lowered with host bits cleared. */
import { formatBlock, parseBlock } from "../../../ir/address.js";
import type { Block } from "../../../ir/address.js";
import type { BlockMatch, Cidr } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import type { ObjectReport } from "../object_report.js";

interface WrittenBlock {
  readonly node: Node;
  readonly path: string;
  readonly text: string;
  readonly block: Block;
  /** The block's text, its host bits cleared. */
  readonly canonical: string;
}

/** The block of `peer`; undefined, after reporting it, if it has no readable one. */
export function readIpBlock(
  node: Node,
  peer: Node,
  path: string,
  report: ObjectReport,
): BlockMatch | undefined {
  const cidrNode = get(node, "cidr");
  const cidrText = textOf(cidrNode) ?? "";
  if (cidrText === "") {
    if (report.readable(node))
      report.error("missing-field", cidrNode ?? node, `${path}.cidr`, "an ipBlock needs a cidr", {
        help: "add one, such as `cidr: 10.0.0.0/8`",
      });
    return undefined;
  }
  const cidr = readCidr(cidrNode!, `${path}.cidr`, cidrText, report);
  if (!cidr) return undefined;
  const except: Cidr[] = [];
  for (const [index, item] of itemsOf(get(node, "except")).entries()) {
    const text = textOf(item);
    if (text === undefined) continue;
    const inner = readCidr(item, `${path}.except[${index}]`, text, report);
    if (!inner) continue;
    if (!strictlyInside(inner.block, cidr.block)) outside(inner, cidr, report);
    except.push(lower(inner, report));
  }
  except.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return Object.freeze({
    kind: "block",
    cidr: lower(cidr, report),
    except: Object.freeze(except),
    span: spanOf(report.file, peer),
  });
}

/** A block without excepts, as a separate peer. The API accepts host bits here. */
export function readNetwork(node: Node, path: string, report: ObjectReport): BlockMatch | undefined {
  const cidr = readCidr(node, path, textOf(node) ?? "", report, "warning");
  return (
    cidr &&
    Object.freeze({
      kind: "block",
      cidr: lower(cidr, report),
      except: Object.freeze([]),
      span: spanOf(report.file, node),
    })
  );
}

function readCidr(
  node: Node,
  path: string,
  text: string,
  report: ObjectReport,
  hostBits: "error" | "warning" = "error",
): WrittenBlock | undefined {
  const block = parseBlock(text);
  if (!block) {
    const plain = parseBlock(withoutLeadingZeros(text));
    report.error(
      "invalid-cidr",
      node,
      path,
      plain ? `${quoted(text)} has leading zeros` : `${quoted(text)} is not a CIDR block`,
      { help: plain ? `write ${formatBlock(plain)}` : cidrHelp(text) },
    );
    return undefined;
  }
  if (isMapped(block)) {
    report.error("invalid-cidr", node, path, `${quoted(text)} is an IPv4-mapped IPv6 block`, {
      help: "write the IPv4 block",
    });
    return undefined;
  }
  const canonical = formatBlock(block);
  if (canonical !== text && hasHostBits(text, block)) {
    const edit = report.edits.replaceScalar(node, text, canonical);
    report[hostBits]("cidr-host-bits", node, path, `${quoted(text)} has bits set beyond its prefix`, {
      help: `write ${canonical}, which is what it means`,
      ...(hostBits === "error" && { compiles: true }),
      ...(edit && { fix: { message: `write ${canonical}`, edits: [edit], safe: true } }),
    });
  }
  return { node, path, text, block, canonical };
}

/** The API server's warning, which it issues only for objects that it accepts. */
export function warnNonCanonical(node: Node, path: string, report: ObjectReport): void {
  const text = textOf(node) ?? "";
  const block = text.includes(":") ? parseBlock(text) : undefined;
  if (!block) return;
  const canonical = formatBlock(block);
  if (canonical !== text)
    report.warning(
      "noncanonical-cidr",
      node,
      path,
      `${quoted(text)} is not in the canonical form of RFC 5952`,
      {
        help: `write ${canonical}`,
      },
    );
}

function lower({ node, canonical }: WrittenBlock, report: ObjectReport): Cidr {
  return Object.freeze({ text: canonical, span: spanOf(report.file, node) });
}

function strictlyInside(inner: Block, outer: Block): boolean {
  return (
    inner.family === outer.family &&
    inner.prefix > outer.prefix &&
    outer.first <= inner.first &&
    inner.last <= outer.last
  );
}

function outside(inner: WrittenBlock, cidr: WrittenBlock, report: ObjectReport): void {
  const equal = inner.block.family === cidr.block.family && inner.block.first === cidr.block.first;
  report.error(
    "except-outside-cidr",
    inner.node,
    inner.path,
    `${quoted(inner.text)} is not a smaller block inside cidr`,
    {
      help:
        equal && inner.block.prefix === cidr.block.prefix
          ? "remove the peer: an except that is the whole cidr leaves nothing"
          : `write a block inside ${formatBlock(cidr.block)}, or remove it`,
      notes: [{ message: "the cidr", span: spanOf(report.file, cidr.node) }],
    },
  );
}

/** Blocks have their host bits cleared, so only the address in the text tells whether it had some. */
function hasHostBits(text: string, block: Block): boolean {
  const width = block.family === 4 ? 32 : 128;
  const address = parseBlock(`${text.slice(0, text.indexOf("/"))}/${width}`);
  return address !== undefined && address.first !== block.first;
}

function isMapped(block: Block): boolean {
  return block.family === 6 && block.prefix >= 96 && block.first >> 32n === 0xffffn;
}

function withoutLeadingZeros(text: string): string {
  return text.replace(/(^|[./:])0+(?=[0-9a-fA-F])/g, "$1");
}

function cidrHelp(text: string): string {
  const width = text.includes(":") ? 128 : 32;
  if (!text.includes("/") && parseBlock(`${text}/${width}`))
    return `add a prefix length, such as ${text}/${width} for this one address`;
  return "write an address block such as 10.9.8.0/24 or 2001:db8::/64";
}
