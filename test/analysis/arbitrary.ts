/** Random matches over a small universe, for property tests against `decide.ts`. */
import fc from "fast-check";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type {
  BlockMatch,
  LabelSelector,
  NamespaceMatch,
  Peer,
  PodMatch,
  PortMatch,
  Requirement,
} from "../../src/ir/policy.js";
import { NO_SPAN } from "../../src/source/span.js";

const span = NO_SPAN;

export const values = ["a", "b"];
export const keys = ["k", "l"];
export const namespaceNames = ["x", "y"];

function requirement(key: string, among: readonly string[]): fc.Arbitrary<Requirement> {
  const listed = (operator: "In" | "NotIn") =>
    fc
      .subarray([...among], { minLength: 1 })
      .map((some): Requirement => ({ key, operator, values: some, span }));
  const bare = (operator: "Exists" | "DoesNotExist") =>
    fc.constant<Requirement>({ key, operator, values: [], span });
  return fc.oneof(listed("In"), listed("In"), listed("NotIn"), bare("Exists"), bare("DoesNotExist"));
}

export const podSelector: fc.Arbitrary<LabelSelector> = fc
  .array(fc.oneof(...keys.map((key) => requirement(key, values))), { maxLength: 2 })
  .map((requirements) => ({ requirements, span }));

const namespaceSelector: fc.Arbitrary<LabelSelector> = fc
  .array(fc.oneof(requirement(NAMESPACE_NAME_LABEL, namespaceNames), requirement("env", values)), {
    maxLength: 2,
  })
  .map((requirements) => ({ requirements, span }));

export const namespaceMatch: fc.Arbitrary<NamespaceMatch> = fc.oneof(
  fc.constantFrom(...namespaceNames).map((name): NamespaceMatch => ({ kind: "name", name, span })),
  namespaceSelector.map((selector): NamespaceMatch => ({ kind: "selector", selector, span })),
);

export const podMatch: fc.Arbitrary<PodMatch> = fc
  .record({ namespaces: namespaceMatch, pods: podSelector })
  .map((match): PodMatch => ({ kind: "pods", ...match, span }));

const cidrs = [
  "0.0.0.0/0",
  "0.0.0.0/1",
  "128.0.0.0/1",
  "10.0.0.0/8",
  "10.0.0.0/9",
  "10.128.0.0/9",
  "10.1.0.0/16",
];
const cidrs6 = ["::/0", "::/1", "8000::/1", "fd00::/8", "fd00:1::/32"];

export const blockMatch: fc.Arbitrary<BlockMatch> = fc.oneof(blockOfFamily(cidrs), blockOfFamily(cidrs6));

function blockOfFamily(texts: readonly string[]): fc.Arbitrary<BlockMatch> {
  return fc
    .record({ cidr: fc.constantFrom(...texts), except: fc.subarray([...texts], { maxLength: 2 }) })
    .map(({ cidr, except }) => ({
      kind: "block" as const,
      cidr: { text: cidr, span },
      except: except.filter((text) => text !== cidr).map((text) => ({ text, span })),
      span,
    }));
}

export const peer: fc.Arbitrary<Peer> = fc.oneof(podMatch, podMatch, blockMatch);

export const portMatch: fc.Arbitrary<PortMatch> = fc.oneof(
  fc
    .record({ protocol: fc.constantFrom("TCP" as const, "UDP" as const), ends: fc.tuple(bound(), bound()) })
    .map(({ protocol, ends: [a, b] }): PortMatch => {
      return { kind: "range", protocol, from: Math.min(a, b), to: Math.max(a, b), span };
    }),
  fc
    .record({
      protocol: fc.constantFrom("TCP" as const, "UDP" as const),
      name: fc.constantFrom("web", "dns"),
    })
    .map(({ protocol, name }): PortMatch => ({ kind: "named", protocol, name, span })),
);

function bound(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 1, 2, 3, 65535);
}
