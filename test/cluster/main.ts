/** `npm run test:cluster -- netpol`: parts that need a real cluster, which they start, one after the other. */
import { Tally } from "../systems/tally.js";
import { unusable } from "./cluster.js";
import { deploy } from "./deploy.js";
import { faults } from "./faults.js";
import { ipv6 } from "./ipv6.js";
import { netpol } from "./netpol.js";
import { npapi } from "./npapi.js";
import { services } from "./services.js";
import { latency } from "./latency.js";

type Part = (tally: Tally) => Promise<void>;

const PARTS: Readonly<Record<string, Part>> = { services, netpol, npapi, faults, deploy, ipv6, latency };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(
    `no part is called ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}\n`,
  );
  process.exit(2);
}
const tally = new Tally();
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const why = unusable();
  if (why !== undefined) tally.report(name, "skipped", why);
  else await part(tally);
}
tally.end();
