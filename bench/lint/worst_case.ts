/** Rules that overlap as much as rules can without one being redundant: every one is compared with all that it meets. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "../table.js";
import { manifestText } from "./manifest_text.js";
import type { Value } from "./manifest_text.js";
import { ingressFrom, labels, networkPolicy, tcp } from "./policy_parts.js";
import type { Cost } from "./run_node.js";
import { inTemporaryFolder, costOf, runPolc } from "./run_node.js";

export interface WorstRow extends Cost {
  readonly shape: string;
  readonly rules: number;
}

const RULES = 2000;

/** All of one subject. No two rules are equal, and none is covered. */
const SHAPES: Readonly<Record<string, (i: number) => Value>> = {
  "pods by 40 labels, each range of ports over 40 others": (i) =>
    ingressFrom(
      [{ podSelector: labels({ [`k${i % 40}`]: "v" }) }],
      [{ ...tcp(1000 + i * 10), endPort: 1400 + i * 10 }],
    ),
  "blocks inside blocks, each range of ports over the next": (i) =>
    ingressFrom(
      [{ ipBlock: { cidr: `10.${(i >> 3) & ~1}.0.0/${15 + (i % 5)}` } }],
      [{ ...tcp(1000 + i * 10), endPort: 1015 + i * 10 }],
    ),
  "pods of 2,000 labels, one port": (i) =>
    ingressFrom([{ podSelector: labels({ [`k${i}`]: "v" }) }], [tcp(8080)]),
  "2,000 blocks in one port, each with an except": (i) =>
    ingressFrom(
      [
        {
          ipBlock: {
            cidr: `10.${i >> 3}.${(i & 7) * 32}.0/19`,
            except: [`10.${i >> 3}.${(i & 7) * 32}.0/24`],
          },
        },
      ],
      [tcp(8080)],
    ),
};

export function benchWorstCase(runs: number): WorstRow[] {
  return Object.entries(SHAPES).map(([shape, ruleOf]) =>
    inTemporaryFolder((cwd) => {
      const policies = Array.from({ length: RULES }, (_, i) =>
        manifestText(networkPolicy("shop", `p${i}`, labels({ app: "web" }), { ingress: [ruleOf(i)] })),
      );
      writeFileSync(join(cwd, "policies.yaml"), policies.join("---\n"));
      const ran = Array.from({ length: runs }, () => runPolc(["lint", "."], { cwd }));
      return { shape, rules: RULES, ...costOf(ran, 0) };
    }),
  );
}

export function worstTable(rows: readonly WorstRow[]): string {
  return table(
    ["rules of one subject", "rules", "median ms", "min ms", "peak MB"],
    rows.map((row) => [row.shape, row.rules, row.median_ms, row.min_ms, row.peak_mb]),
  );
}
