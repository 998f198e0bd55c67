import { readBundle } from "../../bundle/read_bundle.js";
import { needRoot } from "../../node/need_root.js";
import { describeReports, verifyingText } from "../../verify/describe_reports.js";
import { TestRunError } from "../../verify/test_run.js";
import { PACKET_LIMIT, verifyBundle } from "../../verify/verify.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { Progress } from "../progress.js";

interface VerifyOptions {
  readonly format: "pretty" | "json";
  readonly maxPackets?: number;
}

export async function run(directory: string, { format, maxPackets }: VerifyOptions): Promise<number> {
  const started = performance.now();
  const bundle = await readBundle(directory);
  if (Array.isArray(bundle)) return fail("verify", bundle[0]!.message, bundle[0]!);
  const unable = needRoot();
  if (unable) return fail("verify", `skipped: ${unable.error}`, unable);
  const progress = new Progress();
  try {
    const reports = await verifyBundle(bundle, {
      packetLimit: maxPackets ?? PACKET_LIMIT,
      onProgress: (at) => progress.show(verifyingText(at)),
    });
    progress.end();
    process.stdout.write(
      format === "json"
        ? `${JSON.stringify({ version: 1, sets: reports })}\n`
        : describeReports(reports, performance.now() - started),
    );
    return reports.some(({ mismatches }) => mismatches.length > 0) ? EXIT.findings : EXIT.ok;
  } catch (error) {
    progress.end();
    if (!(error instanceof TestRunError)) throw error;
    return fail("verify", error.message, error);
  }
}
