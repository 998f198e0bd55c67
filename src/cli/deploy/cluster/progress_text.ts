/** How a rollout gets on, line by line: the same on a terminal and in the log of a pipeline. */
import type { Result, Told } from "../../../deploy/carry_out.js";
import type { Limits } from "../../../deploy/rollout.js";
import { count, shortDigest } from "../../../node/describe_plan.js";
import { printable } from "../../../source/printable.js";

/** With more nodes, those that are well are only counted, now and then. */
const EACH_NODE = 30;
const EVERY = 10;

export class ProgressLines {
  private lastAway = "";
  private lastDone = 0;

  constructor(private readonly print: (line: string) => void) {}

  tell(told: Told): void {
    for (const line of this.line(told)?.split("\n") ?? []) this.print(printable(line));
  }

  private line(told: Told): string | undefined {
    switch (told.kind) {
      case "uploaded":
        return `payload written: ${count(told.count, "ConfigMap")}`;
      case "applied":
        this.lastDone = 0;
        return `epoch ${told.epoch} is deployed to ${count(told.nodes, told.canary ? "canary node" : "node")}`;
      case "node":
        return this.nodeLine(told);
      case "soaking":
        return `looking at them for ${told.ms / 1000} s`;
      case "away":
        if (told.error === this.lastAway) return undefined;
        this.lastAway = told.error;
        return `waiting: ${told.error}`;
      case "rolling-back":
        return `failed: ${told.reason}\nrolling back`;
      case "note":
        return `note: ${told.text}`;
    }
  }

  private nodeLine({ status, done, of }: Told & { kind: "node" }): string | undefined {
    const { node, state, message, pods, podsMissing } = status;
    const tail = message ? `: ${message}` : "";
    if (state !== "enforcing")
      return `  ${node} ${state === "refused" ? "refuses it" : "is not there yet"}${tail}`;
    if (of > EACH_NODE && done < of && done - this.lastDone < of / EVERY && !podsMissing) return undefined;
    this.lastDone = done;
    const covered = pods === undefined ? "" : `, ${count(pods, "pod")}`;
    const missing = podsMissing ? `, ${count(podsMissing, "pod")} not covered` : "";
    return `  ${node} enforces it${covered}${missing}${tail} (${done} of ${of})`;
  }
}

/** What came of it, and what to do. */
export function resultText(result: Result, limits: Limits | undefined): readonly string[] {
  switch (result.kind) {
    case "checked":
      return ["the API server accepts it; nothing was written"];
    case "applied":
      return ["deployed; polc deploy status shows how the nodes get on"];
    case "complete":
      return result.done === 0
        ? [`deployed as epoch ${result.epoch}, but no node that is ready runs polc agent`]
        : [`${count(result.done, "node")} of ${result.done} enforce epoch ${result.epoch}`];
    case "superseded":
      return [result.reason];
    case "interrupted":
      return [`${result.reason}: polc deploy status shows how the nodes get on`];
    case "failed":
      return failedText(result, limits);
  }
}

function failedText(
  { reason, rolledBack }: Result & { kind: "failed" },
  limits: Limits | undefined,
): readonly string[] {
  if (!rolledBack) return [reason, "it stays deployed: polc deploy rollback goes back"];
  const { digest, epoch, failure } = rolledBack;
  const what =
    digest === undefined
      ? "nothing is deployed, as before"
      : `${shortDigest(digest)} is deployed again, as epoch ${epoch}`;
  if (!failure) return [reason, `rolled back: ${what}`];
  const within = limits ? ` within ${limits.timeoutMs / 1000} s` : "";
  return [
    reason,
    `not rolled back on all nodes${within}: ${failure.error}`,
    ...(failure.help ? [failure.help] : []),
  ];
}
