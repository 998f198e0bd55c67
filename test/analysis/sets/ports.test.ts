import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesPort } from "../../../src/analysis/semantics/decide.js";
import type { Flow } from "../../../src/analysis/semantics/decide.js";
import { portClasses } from "../../../src/analysis/sets/ports.js";
import type { PortClass } from "../../../src/analysis/sets/ports.js";
import { portMatch } from "../arbitrary.js";

/** A flow on a port of the class, to a pod on which the class's name, if any, means that port. */
function flowOf({ protocol, name }: PortClass, port: number): Flow {
  const ports = name !== undefined && protocol !== "other" ? [{ name, port, protocol }] : [];
  return {
    from: { kind: "address", ip: "192.0.2.1" },
    to: {
      kind: "pod",
      pod: { namespace: "x", name: "p", labels: {}, ports },
      namespace: { name: "x", labels: {} },
    },
    protocol,
    port,
  };
}

test("both ends of every class match just the ports that it names, and the classes tile each protocol", () => {
  fc.assert(
    fc.property(fc.array(portMatch, { maxLength: 6 }), (ports) => {
      const classes = portClasses(ports);
      for (const each of classes)
        for (const port of [each.from, each.to])
          expect(ports.map((match) => matchesPort(match, flowOf(each, port)))).toEqual(
            ports.map((_, i) => ((each.signature >> BigInt(i)) & 1n) === 1n),
          );
      for (const protocol of ["TCP", "UDP", "SCTP"]) {
        const plain = classes.filter((each) => each.protocol === protocol && each.name === undefined);
        expect(plain[0]!.from).toBe(0);
        expect(plain.at(-1)!.to).toBe(65535);
        for (const [i, each] of plain.slice(1).entries()) expect(each.from).toBe(plain[i]!.to + 1);
      }
      expect(classes.filter(({ protocol }) => protocol === "other")).toEqual([
        { protocol: "other", from: 0, to: 0, signature: 0n },
      ]);
    }),
    { numRuns: 2000 },
  );
});
