/** Finds pods by name: their own, their workload's, and names that controllers generate. */
import { LABELS } from "../../ir/controller_labels.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import { choiceOf, labelsOfChoice } from "../semantics/selection.js";

/** The kinds that a name may be said to be of, by the words that kubectl takes. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  Pod: ["pod", "pods", "po"],
  Deployment: ["deployment", "deployments", "deploy"],
  ReplicaSet: ["replicaset", "replicasets", "rs"],
  StatefulSet: ["statefulset", "statefulsets", "sts"],
  DaemonSet: ["daemonset", "daemonsets", "ds"],
  ReplicationController: ["replicationcontroller", "replicationcontrollers", "rc"],
  Job: ["job", "jobs"],
  CronJob: ["cronjob", "cronjobs", "cj"],
  Service: ["service", "services", "svc"],
};

export function kindOf(word: string): string | undefined {
  return Object.keys(KINDS).find((kind) => KINDS[kind]!.includes(word.toLowerCase()));
}

export interface PodName {
  /** undefined: whatever namespace. */
  readonly namespace?: string;
  /** undefined: a pod, or a workload of any kind. */
  readonly kind?: string;
  readonly name: string;
}

/**
 * 1. The pod of this name.
 * 2. Else the running pods of the workload of this name.
 * 3. Else the pods that the workload's template stands for.
 * 4. Else the pod that the controller of some template would give this name, which reveals the controller's choices.
 */
export function podsNamed({ namespace, kind, name }: PodName, { pods }: Inventory): readonly Pod[] {
  const here = namespace === undefined ? pods : pods.filter((pod) => pod.namespace === namespace);
  const isKind = (of: string) => kind === undefined || kind === of;
  const own = here.filter((pod) => !pod.workload && pod.name === name && isKind("Pod"));
  if (own.length > 0) return own;
  const running = here.filter(({ owner }) => owner && isKind(owner.kind) && owner.name === name);
  if (running.length > 0) return running;
  const templates = here.filter(
    ({ workload }) => workload && isKind(workload.kind) && workload.name === name,
  );
  const runs = templates.length > 0 || kind === "CronJob" ? here.filter((pod) => isRunOf(pod, name)) : [];
  if (runs.length > 0 && (kind ?? templates[0]?.workload?.kind) === "CronJob") return runs;
  if (templates.length > 0) return templates;
  return isKind("Pod") ? generated(name, here) : [];
}

/** A run of a CronJob is a Job named after it and the minute of its schedule. */
function isRunOf({ owner }: Pod, cronJob: string): boolean {
  return (
    owner?.kind === "Job" &&
    owner.name.startsWith(`${cronJob}-`) &&
    /^[0-9]+$/.test(owner.name.slice(cronJob.length + 1))
  );
}

/** What the API server makes random parts of names of. */
const RANDOM = "[bcdfghjklmnpqrstvwxz2456789]";

/** What follows the workload's name in those of its pods; a group is what the controller chose, which some label has too. */
const MADE: Readonly<Record<string, { readonly suffix: string; readonly label?: string }>> = {
  Deployment: { suffix: `(${RANDOM}{1,10})-${RANDOM}{5}`, label: LABELS.templateHash },
  ReplicaSet: { suffix: `${RANDOM}{5}` },
  ReplicationController: { suffix: `${RANDOM}{5}` },
  DaemonSet: { suffix: `${RANDOM}{5}` },
  StatefulSet: { suffix: "([0-9]+)", label: LABELS.podIndex },
  Job: { suffix: `(?:([0-9]+)-)?${RANDOM}{5}`, label: LABELS.jobIndex },
  CronJob: { suffix: `([0-9]+)-(?:[0-9]+-)?${RANDOM}{5}`, label: LABELS.jobName[0] },
};

function generated(name: string, pods: readonly Pod[]): readonly Pod[] {
  const found = pods.flatMap((template) => madeBy(template, name) ?? []);
  const longest = Math.max(...found.map(({ owner }) => owner!.name.length));
  return found.filter(({ owner }) => owner!.name.length === longest);
}

function madeBy(template: Pod, name: string): Pod | undefined {
  const { workload, ...pod } = template;
  const made = workload && MADE[workload.kind];
  if (!made || !name.startsWith(`${workload.name}-`)) return undefined;
  const match = new RegExp(`^${made.suffix}$`).exec(name.slice(workload.name.length + 1));
  if (!match) return undefined;
  const chosen = pod.chosen?.find(({ prefixes }) => made.label !== undefined && made.label in prefixes);
  if (!chosen || match[1] === undefined) return { ...pod, name, owner: workload };
  const choice = choiceOf(chosen, made.label!, chosen.prefixes[made.label!]! + match[1]);
  if (choice === undefined) return undefined;
  return {
    ...pod,
    name,
    owner: workload,
    labels: { ...pod.labels, ...labelsOfChoice(chosen, choice) },
    chosen: pod.chosen!.filter((each) => each !== chosen),
  };
}
