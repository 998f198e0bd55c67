import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "rules/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Against tests that hang; a busy machine is no fault of theirs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ["default", "./test/count_reporter.ts"],
  },
});
