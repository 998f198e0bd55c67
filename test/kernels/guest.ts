/** What runs in the guest: the quick check of `polc build`, for each bundle whose folder is given. One line of JSON each. */
import { release } from "node:os";
import { readBundle } from "../../src/bundle/read_bundle.js";
import { verifyBuild } from "../../src/verify/verify_build.js";

for (const folder of process.argv.slice(2)) {
  const bundle = await readBundle(folder);
  const { problems, packets } = Array.isArray(bundle)
    ? { problems: bundle, packets: 0 }
    : await verifyBuild(bundle, () => undefined);
  const messages = problems.map(({ message }) => message);
  // The kernel writes to the same line.
  process.stdout.write(`\n${JSON.stringify({ folder, release: release(), packets, problems: messages })}\n`);
}
