import { dump } from "js-yaml";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyFixes } from "../../../src/lint/fix/apply_edits.js";
import type { Observation } from "../../../src/parser/parsed_file.js";
import { policy, policyOf, read, withoutSpans } from "../reading.js";

/** Each observation as `kind at "the text it points at"`. */
function observed(text: string): string[] {
  return read(text).observations.map(
    ({ kind, span }) => `${kind} at ${JSON.stringify(text.slice(span.start, span.end))}`,
  );
}

/** The text with the edits of every observation made. */
function edited(text: string): string {
  const fixes = read(text).observations.flatMap(({ edits }: Observation) =>
    edits ? [{ message: "", safe: true, edits }] : [],
  );
  return applyFixes(text, fixes).text;
}

/** Nothing of the IR changed by the edits, and nothing is left to be made explicit. */
function expectExplicit(text: string): void {
  const after = edited(text);
  expect(withoutSpans(read(after).policies)).toEqual(withoutSpans(read(text).policies));
  expect(read(after).diagnostics).toEqual([]);
  expect(observed(after)).toEqual([]);
}

const spec = (text: string) => policy(text.replace(/^\n/, ""));

describe("policyTypes left out", () => {
  test("is written after podSelector, with dashes where the policy's other lists have them", () => {
    const text = spec(`
  podSelector: {} # all
  # who may call
  egress:
  - to:
    - podSelector: {}
`);
    expect(observed(text)).toEqual(['policy-types-omitted at "p"']);
    expect(read(text).observations[0]!.policy).toBe("NetworkPolicy x/p");
    expect(edited(text)).toBe(
      spec(`
  podSelector: {} # all
  policyTypes:
  - Ingress
  - Egress
  # who may call
  egress:
  - to:
    - podSelector: {}
`),
    );
    expectExplicit(text);
  });

  test("is written last where there is no podSelector, also without a line break at the end", () => {
    const text = spec("  ingress:\n    - from:\n        - podSelector: {}");
    expect(edited(text)).toBe(`${text}\n  policyTypes:\n    - Ingress`);
    expectExplicit(text);
  });

  test("is written where it is an empty list", () => {
    expect(edited(spec("  policyTypes: [] # none\n  podSelector: {}\n"))).toBe(
      spec("  policyTypes: [Ingress] # none\n  podSelector: {}\n"),
    );
  });

  test("is written in braces and in JSON as the entries there", () => {
    const head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n";
    expect(edited(`${head}spec: {podSelector: {}, egress: [{}]}\n`)).toBe(
      `${head}spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]}\n`,
    );
    expect(edited(`${head}spec: {}\n`)).toBe(`${head}spec: {policyTypes: [Ingress]}\n`);
    const json = `{
\t"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"},
\t"spec": {
\t\t"podSelector": {}
\t}
}`;
    expect(edited(json)).toBe(
      json.replace('"podSelector": {}', '"podSelector": {},\n\t\t"policyTypes": ["Ingress"]'),
    );
    expect(() => JSON.parse(edited(json)) as unknown).not.toThrow();
    expectExplicit(json);
  });

  test("stays unwritten where there is no spec to write it in", () => {
    const text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n";
    expect(observed(text)).toEqual(['spec-omitted at "p"', 'policy-types-omitted at "p"']);
    expect(edited(text)).toBe(text);
  });
});

describe("a protocol left out", () => {
  const ports = (text: string) => spec(`  policyTypes: [Ingress]\n  ingress:\n${text.replace(/^\n/, "")}`);

  test("is TCP, written first, in the style of the entry", () => {
    const text = ports(`
    - ports:
      - port: 80 # web
      # and
      - endPort: 90
        port: 85
      - {port: 443}
      - {}
      - {protocol: UDP, port: 53}
`);
    expect(observed(text)).toEqual([
      'protocol-defaulted at "port: 80"',
      'protocol-defaulted at "endPort: 90\\n        port: 85"',
      'protocol-defaulted at "{port: 443}"',
      'protocol-defaulted at "{}"',
    ]);
    expect(edited(text)).toBe(
      ports(`
    - ports:
      - protocol: TCP
        port: 80 # web
      # and
      - protocol: TCP
        endPort: 90
        port: 85
      - {protocol: TCP, port: 443}
      - {protocol: TCP}
      - {protocol: UDP, port: 53}
`),
    );
    expectExplicit(text);
  });

  test("keeps the line breaks of the file", () => {
    const text = ports("    - ports:\n        - port: 80\n").replaceAll("\n", "\r\n");
    expect(edited(text)).toBe(
      ports("    - ports:\n        - protocol: TCP\n          port: 80\n").replaceAll("\n", "\r\n"),
    );
    expect(edited(spec("  podSelector: {}\n").replaceAll("\n", "\r\n"))).toBe(
      spec("  podSelector: {}\n  policyTypes:\n    - Ingress\n").replaceAll("\n", "\r\n"),
    );
  });

  test("of rules that are not in force is not observed", () => {
    expect(observed(spec("  policyTypes: [Egress]\n  ingress: [{ports: [{port: 80}]}]\n"))).toEqual([
      'ineffective-section at "ingress"',
    ]);
  });

  test("is left as it is where the entry cannot take another one", () => {
    for (const list of [
      "[port: 80]",
      "[\n            port: 80\n          ]",
      "[{port: 80, protocol: null}]",
      "[null]",
    ]) {
      const text = ports(`    - ports: ${list}\n`);
      expect(observed(text).filter((each) => each.startsWith("protocol-defaulted"))).toHaveLength(1);
      expect(edited(text)).toBe(text);
    }
  });

  test("is left as it is where an anchor or a merge key may share the entry", () => {
    for (const entries of ["[&a {port: 80}, *a]", "[{<<: {port: 80}}]"]) {
      const text = ports(`    - ports: ${entries}\n`);
      expect(observed(text).length).toBeGreaterThan(0);
      expect(edited(text)).toBe(text);
    }
  });
});

describe("rules of a direction that policyTypes leaves out", () => {
  test("are observed at their key, and go as whole lines", () => {
    const text = spec(`
  policyTypes: [Ingress]
  egress:
  - to:
    - podSelector: {}

    # and the last
  - {} # any
  podSelector: {}
`);
    expect(observed(text)).toEqual(['ineffective-section at "egress"']);
    expect(edited(text)).toBe(spec("  policyTypes: [Ingress]\n  podSelector: {}\n"));
    expectExplicit(text);
    expect(observed(spec("  policyTypes: [Ingress]\n  egress: []\n"))).toEqual([]);
  });

  test("go from braces with one comma", () => {
    const object = (spec: string) =>
      `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"},"spec":${spec}}`;
    expect(edited(object('{"policyTypes":["Ingress"],"egress":[{}],"podSelector":{}}'))).toBe(
      object('{"policyTypes":["Ingress"],"podSelector":{}}'),
    );
    expect(edited(object('{"egress":[{}],"policyTypes":["Ingress"]}'))).toBe(
      object('{"policyTypes":["Ingress"]}'),
    );
  });

  test("go with empty items", () => {
    const text = spec("  policyTypes: [Ingress]\n  egress:\n  -\n  -\n  podSelector: {}\n");
    expect(observed(text)).toEqual(['ineffective-section at "egress"']);
    expect(edited(text)).toBe(spec("  policyTypes: [Ingress]\n  podSelector: {}\n"));
  });

  test("stay where their last line is not certain", () => {
    const text = spec("  policyTypes: [Ingress]\n  egress:\n  - ? to\n    :\n  podSelector: {}\n");
    expect(observed(text)).toEqual(['ineffective-section at "egress"']);
    expect(edited(text)).toBe(text);
  });
});

test("an object with an error has no observations, one of a List has", () => {
  expect(observed(spec("  podSelecter: {}\n"))).toEqual([]);
  const list = `apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: p}
  spec:
    podSelector: {}
`;
  expect(edited(list)).toBe(`${list}    policyTypes:\n      - Ingress\n`);
  expectExplicit(list);
});

test("edits never change what any policy means, however it is written", () => {
  const port = fc.record(
    { port: fc.constantFrom(80, "http"), protocol: fc.constantFrom("TCP", "UDP") },
    { requiredKeys: [] },
  );
  const rules = fc.array(fc.record({ ports: fc.array(port, { maxLength: 3 }) }, { requiredKeys: [] }), {
    maxLength: 2,
  });
  const types = fc.constantFrom([], ["Ingress"], ["Egress"], ["Ingress", "Egress"]);
  const specs = fc.record(
    {
      podSelector: fc.constantFrom({}, { matchLabels: { app: "a" } }),
      policyTypes: types,
      ingress: rules,
      egress: rules,
    },
    { requiredKeys: [] },
  );
  const written = fc.record({
    flowLevel: fc.constantFrom(-1, 1, 2, 3, 4, 5, 6),
    seqNoIndent: fc.boolean(),
    indent: fc.constantFrom(2, 4),
    lineWidth: fc.constantFrom(20, 200),
    crlf: fc.boolean(),
    json: fc.constantFrom<false | 0 | 1 | "\t">(false, false, 0, 1, "\t"),
  });
  fc.assert(
    fc.property(specs, written, (spec, { crlf, json, ...style }) => {
      const object = {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "p", namespace: "x" },
        spec,
      };
      const lines = json === false ? dump(object, style) : JSON.stringify(object, undefined, json);
      const text = crlf ? lines.replaceAll("\n", "\r\n") : lines;
      const after = edited(text);
      expect(withoutSpans(policyOf(after))).toEqual(withoutSpans(policyOf(text)));
      expect(observed(after)).toEqual([]);
      if (crlf) expect(after.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      if (json !== false) expect(() => JSON.parse(after) as unknown).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
