/** The check of a bundle that was just built: quick enough to be done every time. */
import type { Bundle } from "../bundle/bundle.js";
import { bundleError } from "../bundle/bundle_error.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { TestRunError } from "./test_run.js";
import type { SetReport, VerifyProgress } from "./verify.js";
import { verifyBundle } from "./verify.js";

/** Of each policy set: judged in far less time than the kernel takes to load the programs. */
const PACKETS = 1000;

/**
 * Loads each object once, for the pod that most policies select, and compares a sample of packets with the reference. All
 * pods and packets are for `polc verify`: the example has eleven such pods, and loading is what takes long.
 */
export async function verifyBuild(
  bundle: Bundle,
  onProgress: (at: VerifyProgress) => void,
): Promise<{ readonly problems: readonly Diagnostic[]; readonly packets: number }> {
  let at = "";
  const noted: typeof onProgress = (progress) => {
    at = progress.set;
    onProgress(progress);
  };
  try {
    const reports = await verifyBundle(bundle, {
      packetLimit: PACKETS,
      largestOnly: true,
      onProgress: noted,
    });
    return {
      problems: reports.flatMap((report) => mismatchError(report, sourceOf(bundle, report.set))),
      packets: reports.reduce((sum, { packets }) => sum + packets, 0),
    };
  } catch (error) {
    if (!(error instanceof TestRunError)) throw error;
    return { problems: [refusal(sourceOf(bundle, at), error.message, bundle.manifest.compiler)], packets: 0 };
  }
}

function sourceOf({ manifest }: Bundle, name: string): string {
  const set = manifest.sets.find((each) => each.name === name);
  return set?.form === "specialised" ? set.source : name;
}

const HELP =
  "this is a bug in polc; another clang may do (CLANG names it), and --no-verify builds without this check";

/** Of the kernel's log the last line is a count and the one before says what is wrong. */
function refusal(source: string, message: string, compiler: string): Diagnostic {
  const [, ...log] = message.trimEnd().split("\n");
  const reason = log.filter((line) => !/^(processed \d+ insns|[\d-]+: |--|libbpf: )/.test(line)).at(-1);
  const text = `the kernel does not load what ${compiler} made of it: ${reason ?? message.trim()}`;
  return bundleError("verify-failed", source, text, HELP);
}

function mismatchError({ mismatches, sameAs }: SetReport, source: string): Diagnostic[] {
  if (mismatches.length === 0 || sameAs !== undefined) return [];
  const { direction, flow, subject, peer, expected, got } = mismatches[0]!;
  const [from, to] = direction === "ingress" ? [peer, subject] : [subject, peer];
  const text =
    `${mismatches.length} verdicts are not those of the policies: ${direction} ${flow} from ${from} to ${to}: ` +
    `${expected} by the policies, ${got} by the program`;
  return [bundleError("verify-failed", source, text, HELP)];
}
