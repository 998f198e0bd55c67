import { expect, test } from "vitest";
import { peersText, portsText } from "../../../src/cli/diff/words.js";

const tcp = (from: number, to = from, ...names: readonly string[]) => {
  return { protocol: "TCP" as const, from, to, names };
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

test("a port that has to have a name is told with it, unless it counts without one too", () => {
  expect(portsText([tcp(0, 65535, "web")])).toBe('TCP port "web"');
  expect(portsText([tcp(80, 80), tcp(80, 80, "web"), tcp(81, 65535, "web")])).toBe(
    'TCP 80, TCP 81-65535 named "web"',
  );
});

test("long lists of peers are cut, and most workloads are told by the others", () => {
  expect(peersText({ peers: ["a", "b"], except: [] })).toBe("a, b");
  expect(peersText({ peers: ["a", "b", "c", "d", "e", "f"], except: [] })).toBe("a, b, c, d and 2 more");
  expect(peersText({ peers: ["every workload"], except: ["x", "y"] })).toBe("every workload but x, y");
});
