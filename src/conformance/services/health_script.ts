import type { HealthCheck } from "../../services/health.js";

/** A module that serves health checks on these addresses; it prints a line when it does. */
export function healthScript(addresses: readonly string[], checks: readonly HealthCheck[]): string {
  // Where this runs without being compiled, the other process needs what was.
  const module = new URL("../../services/health.js", import.meta.url).href.replace(/(?<!\/dist)\/src\//, "/dist/src/");
  return `const { HealthServer } = await import(${JSON.stringify(module)});
const problems = await new HealthServer(${JSON.stringify(addresses)}).set(${JSON.stringify(checks)});
console.log(JSON.stringify(problems));
setInterval(() => undefined, 1000);`;
}
