/** The README's two commands, in a clean clone. */
import { packageRoot } from "../../src/source/package_root.js";
import type { Root } from "./root.js";
import { must } from "./root.js";
import type { Step } from "./steps.js";
import { expect, lastLines } from "./steps.js";

const CLONE = "/root/polc";

export function clone(root: Root): void {
  must("git", ["clone", "--quiet", "--no-local", packageRoot(), root.outside(CLONE)]);
}

export function makeDemo(root: Root): Step {
  return {
    name: "make demo",
    async run() {
      const { code, output } = await root.run(`cd ${CLONE} && make demo`);
      expect(code === 0, lastLines(output));
      expect(!/^skipped:/m.test(output), "it stopped before the kernel");
    },
  };
}

export function makeTest(root: Root): Step {
  return {
    name: "make test",
    async run() {
      const { code, output } = await root.run(`cd ${CLONE} && make test`);
      const counts = /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/gm;
      const summary = [...output.matchAll(counts)].at(-1)?.[0];
      expect(code === 0, `${summary ?? "no summary"}\n${lastLines(output, 60)}`);
      expect(summary !== undefined, "it ended without a count of tests");
      return summary;
    },
  };
}
