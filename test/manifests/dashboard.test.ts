/** The Grafana dashboard: what Grafana takes, with metrics that agents have. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { playedMetrics, reportedNode } from "../agent/played_metrics.js";
import { noPromtool, promtool } from "../agent/promtool.js";

const TEXT = readFileSync("manifests/grafana/polc.json", "utf8");

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

const { panels } = JSON.parse(TEXT) as { readonly panels: readonly Panel[] };

/** As Grafana sends them. */
const expressions = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({
    title,
    expr: expr
      .replaceAll("$__rate_interval", "5m")
      .replaceAll("$__range", "1h")
      .replaceAll("$instance", ".*"),
  })),
);

function inFolder<T>(use: (dir: string) => T): T {
  mkdirSync("build", { recursive: true });
  const dir = mkdtempSync("build/polct-");
  try {
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** By the types that Grafana makes of its schema. */
function typeErrors(text: string): readonly string[] {
  return inFolder((dir) => {
    const file = resolve(dir, "dashboard.ts");
    const type = "@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen";
    // An enumeration of TypeScript takes no text.
    const code = text.replaceAll('"mode": "absolute"', '"mode": ThresholdsMode.Absolute');
    const types = `import { type Dashboard, ThresholdsMode } from "${type}";`;
    writeFileSync(file, `${types}\nexport const dashboard: Dashboard = ${code};\n`);
    const options = {
      ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
      ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    };
    const program = ts.createProgram([file], options);
    const diagnostics = ts.getPreEmitDiagnostics(program);
    return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  });
}

describe("the dashboard", () => {
  test("is what Grafana's schema says, and would not be with another field", { timeout: 60_000 }, () => {
    expect(typeErrors(TEXT)).toEqual([]);
    expect(typeErrors(TEXT.replace('"graphTooltip": 1', '"graphTooltip": "shared"')).join()).toContain(
      "DashboardCursorSync",
    );
    expect(typeErrors(TEXT.replace('"refresh"', '"refreshes"')).join()).toContain("refreshes");
  });

  test("names metrics that agents export, and no others", () => {
    const exported = playedMetrics().textOf(reportedNode());
    const samples = new Set([...exported.matchAll(/^([a-z_]+)[ {]/gm)].map((match) => match[1]!));
    const named = [...TEXT.matchAll(/\b(?:polc|process)_[a-z_]+/g)].map((match) => match[0]);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !samples.has(name))).toEqual([]);
  });

  test("names labels that these metrics have", () => {
    const exported = playedMetrics().textOf(reportedNode());
    const known = new Set([...exported.matchAll(/[{,]([a-z]+)="/g)].map((match) => match[1]!));
    // Those that Prometheus adds.
    const labels = new Set([...known, "instance", "job"]);
    const used = expressions.flatMap(({ expr }) => [
      ...[...expr.matchAll(/[{,]([a-z]+)=/g)].map((match) => match[1]!),
      ...[...expr.matchAll(/(?:by|on) \(([^)]*)\)/g)].flatMap((match) => match[1]!.split(", ")),
    ]);
    expect(used.filter((label) => !labels.has(label))).toEqual([]);
  });

  test.skipIf(noPromtool)("has expressions that Prometheus takes", () => {
    const check = (list: typeof expressions) =>
      inFolder((dir) => {
        const rules = list.map(({ expr }, index) => ({ record: `panel:${index}`, expr }));
        writeFileSync(join(dir, "rules.yml"), JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
        return promtool(["check", "rules", join(dir, "rules.yml")]);
      });
    expect(check(expressions)).toBe("");
    expect(check([{ title: "wrong", expr: "sum(rate(polc_verdicts_total)" }])).toContain("parse error");
  });

  test("has panels with ids of their own, beside each other in 24 columns", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => [x + (cell % w), y + Math.floor(cell / w)] as const),
    );
    expect(cells.every(([column]) => column < 24)).toBe(true);
    expect(new Set(cells.map(String)).size).toBe(cells.length);
    for (const { targets = [] } of panels)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });
});
