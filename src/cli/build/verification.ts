/** Whether `polc build` verifies what it built, and what it says of that. */
import type { BuildOptions } from "../../bundle/build_bundle.js";
import { cannotLoad, KERNEL_FLOOR } from "../../node/can_load.js";
import type { Failure } from "../../node/failure.js";
import { verifyingText } from "../../verify/describe_reports.js";
import { verifyBuild } from "../../verify/verify_build.js";
import { Progress } from "../progress.js";

export interface Verification {
  /** Why there is nothing to build. */
  readonly refused?: Failure;
  readonly check?: BuildOptions["check"];
  /** What there is to say of it when the bundle is built. */
  lines(): readonly string[];
}

/** `verify`: undefined verifies where it can be, true builds nothing where it cannot. */
export async function verificationFor({
  verify,
  out,
  quiet,
}: {
  readonly verify?: boolean;
  readonly out: string;
  readonly quiet: boolean;
}): Promise<Verification> {
  if (verify === false) return { lines: () => [] };
  const reason = await cannotLoad({ build: verify === true });
  if (reason) {
    const later = `polc verify ${out} does it, as root on Linux ${KERNEL_FLOOR} or later`;
    const lines = () => [`not verified: ${reason.error} (${later})`];
    return verify ? { refused: reason, lines } : { lines };
  }
  let packets = 0;
  return {
    check: async (bundle) => {
      const progress = new Progress(quiet);
      const found = await verifyBuild(bundle, (at) => progress.show(verifyingText(at)));
      progress.end();
      packets = found.packets;
      return found.problems;
    },
    lines: () => [
      packets === 0
        ? "not verified: there are no policies to verify"
        : `verified: the policies' programs load into this kernel and judge ${packets} packets as the policies say ` +
          `(polc verify ${out} tries all)`,
    ],
  };
}
