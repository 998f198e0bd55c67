/** The labels that workload controllers add to the pods they create. */
import { LABELS } from "../../../ir/controller_labels.js";
import type { ChosenValue, Labels } from "../../../ir/inventory.js";
import { get, textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";

export interface ControllerLabels {
  readonly labels: Labels;
  readonly chosen: readonly ChosenValue[];
}

const NONE: ControllerLabels = { labels: {}, chosen: [] };

/** @param spec of the workload; of a CronJob, that of its jobs */
export function controllerLabels(
  kind: string,
  name: string,
  spec: Node | undefined,
  written: Labels,
): ControllerLabels {
  switch (kind) {
    case "Deployment":
      return { labels: {}, chosen: [chosen({ [LABELS.templateHash]: "" })] };
    case "DaemonSet":
      return {
        labels: {},
        chosen: [chosen({ [LABELS.revision]: "" }), chosen({ [LABELS.generation]: "" }, { first: 1 })],
      };
    case "StatefulSet":
      return { labels: {}, chosen: [ordinals(name, spec), chosen({ [LABELS.revision]: `${name}-` })] };
    case "Job":
    case "CronJob":
      return ofJob(kind, name, spec, written);
    default:
      return NONE;
  }
}

/** The API server adds these labels to a Job's template, unless the Job has a manual selector. */
function ofJob(
  kind: "Job" | "CronJob",
  name: string,
  spec: Node | undefined,
  written: Labels,
): ControllerLabels {
  const isIndexed = textOf(get(spec, "completionMode")) === "Indexed";
  const completions = numberOf(get(spec, "completions"));
  const index = isIndexed
    ? [chosen({ [LABELS.jobIndex]: "" }, { first: 0, ...(completions && { last: completions - 1 }) })]
    : [];
  const manual = get(spec, "manualSelector");
  if (manual?.type === "boolean" && manual.value) return { labels: {}, chosen: index };
  const missing = (keys: readonly string[]) => keys.filter((key) => !Object.hasOwn(written, key));
  const uid = missing(LABELS.jobUid);
  const ofUid = uid.length > 0 ? [chosen(all(uid, ""))] : [];
  const names = missing(LABELS.jobName);
  if (kind === "Job") return { labels: all(names, name), chosen: [...ofUid, ...index] };
  // Its jobs are named after it and the minute of their schedule.
  const ofName = names.length > 0 ? [chosen(all(names, `${name}-`), { first: 0 })] : [];
  return { labels: {}, chosen: [...ofName, ...ofUid, ...index] };
}

/** Without a written number of replicas, an autoscaler may set any number. */
function ordinals(name: string, spec: Node | undefined): ChosenValue {
  const first = numberOf(get(get(spec, "ordinals"), "start")) ?? 0;
  const replicas = numberOf(get(spec, "replicas"));
  return chosen(
    { [LABELS.podName]: `${name}-`, [LABELS.podIndex]: "" },
    { first, ...(replicas && { last: first + replicas - 1 }) },
  );
}

function chosen(prefixes: Labels, numbers?: ChosenValue["numbers"]): ChosenValue {
  return Object.freeze({ prefixes: Object.freeze(prefixes), ...(numbers && { numbers }) });
}

function all(keys: readonly string[], value: string): Labels {
  return Object.fromEntries(keys.map((key) => [key, value]));
}

function numberOf(node: Node | undefined): number | undefined {
  return node?.type === "integer" ? node.value : undefined;
}
