import type { Engine } from "./engine.js";

/** The engines by name. Heavy modules load only for the one that is asked for. */
export const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  reference: async () => (await import("./reference_engine.js")).referenceEngine(),
  kernel: async () => (await import("./kernel_engine.js")).kernelEngine(),
  lab: async () => (await import("./lab_engine.js")).labEngine("specialised"),
  "lab-tables": async () => (await import("./lab_engine.js")).labEngine("table"),
};
