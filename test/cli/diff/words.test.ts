import { expect, test } from "vitest";
import type { PodMatch } from "../../../src/ir/policy.js";
import { parseAddress } from "../../../src/ir/address.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { endsWords, setsText } from "../../../src/analysis/diff/ends/set_words.js";
import { peersText, portsText } from "../../../src/cli/diff/words.js";

const tcp = (from: number, to = from, ...names: readonly string[]) => {
  return { protocol: "TCP" as const, from, to, names, unless: [] };
};
const udp = (from: number, to = from) => ({ protocol: "UDP" as const, from, to });
const sctp = { protocol: "SCTP" as const, from: 0, to: 65535 };
const other = { protocol: "other" as const, from: 0, to: 0 };

test("ports are told by protocol, those that touch as one range, and by what is missing where that is shorter", () => {
  expect(portsText([tcp(443), udp(53), tcp(80), tcp(81, 90)])).toBe("TCP 80-90,443, UDP 53");
  expect(portsText([tcp(0, 65535), other])).toBe("every TCP port, ICMP and the like");
  expect(portsText([tcp(0, 65535), udp(0, 65535), sctp, other])).toBe("every port");
  expect(portsText([tcp(0, 21), tcp(23, 65535), udp(0, 65535), sctp, other])).toBe("every port but TCP 22");
});

test("a port that has to have a name, or may not have one, is told with it", () => {
  expect(portsText([tcp(0, 65535, "web")])).toBe('TCP port "web"');
  expect(portsText([tcp(80, 80), tcp(81, 65535, "web")])).toBe('TCP 80, TCP 81-65535 named "web"');
  expect(portsText([udp(0, 65535), { ...tcp(80), unless: ["a", "b"] }])).toBe(
    'every UDP port, TCP 80 unless named "a" or "b"',
  );
  expect(portsText([{ ...tcp(0, 65535, "web"), unless: ["dns"] }])).toBe('TCP port "web" unless named "dns"');
});

test("long lists of peers are cut, and most workloads are told by the others", () => {
  expect(peersText({ peers: ["a", "b"], except: [], peerSets: [] })).toBe("a, b");
  expect(peersText({ peers: ["a", "b", "c", "d", "e", "f"], except: [], peerSets: [] })).toBe(
    "a, b, c, d and 2 more",
  );
  expect(peersText({ peers: ["every workload"], except: ["x", "y"], peerSets: [] })).toBe(
    "every workload but x, y",
  );
});

const selector = (key?: string, ...values: readonly string[]) => ({
  requirements: key ? [{ key, operator: "In" as const, values, span: NO_SPAN }] : [],
  span: NO_SPAN,
});
const pods = (namespace: string, key?: string, ...values: readonly string[]): PodMatch => ({
  kind: "pods",
  namespaces: { kind: "name", name: namespace, span: NO_SPAN },
  pods: selector(key, ...values),
  span: NO_SPAN,
});
const range = (first: string, last: string) => {
  return { first: parseAddress(first)!.value, last: parseAddress(last)!.value };
};
const ANYWHERE = { pods: undefined, except: [], addresses: undefined };

test("anywhere but a block that leaves out others is told with those, and not block by block around it", () => {
  const v4 = {
    family: 4 as const,
    ranges: [
      range("0.0.0.0", "9.255.255.255"),
      range("10.9.0.0", "10.9.255.255"),
      range("11.0.0.0", "255.255.255.255"),
    ],
  };
  const v6 = { family: 6 as const, ranges: [range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")] };
  expect(endsWords([{ ...ANYWHERE, addresses: [v4, v6] }])).toEqual({
    peers: ["10.9.0.0/16", "anywhere but 10.0.0.0/8"],
    except: [],
  });
});

test("sets are told with what they leave out, addresses in the shorter of two ways", () => {
  const web = pods("shop", "app", "web");
  expect(endsWords([{ ...ANYWHERE, except: [web] }])).toEqual({
    peers: ["anywhere"],
    except: ["app=web in shop"],
  });
  expect(
    endsWords([
      { ...ANYWHERE, pods: web },
      { ...ANYWHERE, pods: pods("bank"), except: [web] },
    ]),
  ).toEqual({
    peers: ["app=web in shop", "every pod in bank except app=web in shop"],
    except: [],
  });
  const ten = { family: 4 as const, ranges: [range("10.0.0.0", "10.255.255.255")] };
  const without = {
    family: 4 as const,
    ranges: [range("10.0.0.0", "10.0.255.255"), range("10.2.0.0", "10.255.255.255")],
  };
  const v6 = { family: 6 as const, ranges: [range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")] };
  const notTen = {
    family: 4 as const,
    ranges: [range("0.0.0.0", "9.255.255.255"), range("11.0.0.0", "255.255.255.255")],
  };
  const texts = [[ten], [without], [v6], [notTen, v6], [notTen]].map((addresses) => {
    const { peers, except } = endsWords([{ ...ANYWHERE, addresses }]);
    return [peers.join(), except.join()].filter((each) => each !== "").join(" but ");
  });
  expect(texts).toEqual([
    "10.0.0.0/8",
    "10.0.0.0/8 except 10.1.0.0/16",
    "::/0",
    "anywhere but 10.0.0.0/8",
    "0.0.0.0/0 except 10.0.0.0/8",
  ]);
  expect(setsText([{ ...ANYWHERE, pods: web, addresses: [v6] }])).toBe(
    "app=web in shop with an IPv6 address",
  );
});
