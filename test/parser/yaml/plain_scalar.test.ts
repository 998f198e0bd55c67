import { expect, test } from "vitest";
import { plainScalar } from "../../../src/parser/yaml/plain_scalar.js";

// Each as go-yaml v2 resolves it, which kubectl and the API server read YAML with.
const MEANINGS = {
  boolean: { y: true, Yes: true, on: true, TRUE: true, n: false, NO: false, off: false, False: false },
  null: { "": null, "~": null, null: null, NULL: null },
  integer: {
    "80": 80,
    "-1": -1,
    "+5": 5,
    "010": 8,
    "0o17": 15,
    "0x50": 80,
    "0b101": 5,
    "1_000": 1000,
    "0": 0,
    "00": 0,
  },
  float: { "80.0": 80, "1e3": 1000, ".5": 0.5, "08": 8, "1.": 1, "-.inf": -Infinity },
  string: {
    web: "web",
    yess: "yess",
    tRUE: "tRUE",
    "1.2.3": "1.2.3",
    "12:30": "12:30",
    "2024-01-02": "2024-01-02",
    "10.0.0.0/8": "10.0.0.0/8",
    "0x": "0x",
    "-": "-",
    "1a": "1a",
    ".": ".",
  },
} as const;

for (const [type, examples] of Object.entries(MEANINGS))
  test(`an unquoted scalar that is ${type} to kubectl is ${type} here`, () => {
    for (const [text, value] of Object.entries(examples))
      expect([text, plainScalar(text)]).toEqual([text, { type, value }]);
  });
