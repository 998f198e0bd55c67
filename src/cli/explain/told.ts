/** One direction of a question, with its answers and the words for their ends. */
import { nameOfEnd, notesOn } from "../../analysis/question/notes.js";
import type { Answer } from "../../analysis/question/answers.js";
import type { Question } from "../../analysis/question/question.js";
import type { Lead } from "../../analysis/question/services.js";
import { serviceName } from "../../analysis/question/services.js";
import { isOnePod, knownLabels } from "../../analysis/semantics/pod_variants.js";
import type { PodVariant } from "../../analysis/semantics/pod_variants.js";
import type { Policy } from "../../ir/policy.js";
import type { Asked } from "./asked.js";

export interface Told {
  readonly text: Readonly<Record<Side, string>>;
  readonly question: Question;
  readonly answers: readonly Answer[];
  /** The Service's addresses that the question is about. */
  readonly asked: readonly Asked[];
}

type Side = "from" | "to";

/** The most names that are listed; the rest are counted. */
const NAMES_SHOWN = 3;

/** The pods of an answer, as one name if it covers the whole question. */
export function endWords(side: Side, { cases }: Answer, { question, text }: Told): string {
  const pods = [...new Set(cases.flatMap(({ stands }) => stands[side]))];
  const first = pods[0];
  const address = cases[0]![side];
  if (!first) return nameOfEnd(address);
  const whole = pods.length === question.pods[side];
  const { workload } = first;
  // A Service may lead to one of the workload's pods and not to the others.
  const isLed = side === "to" && question.leads.length > 0;
  if (isLed && pods.length === 1 && isOnePod(first)) return podWords(first);
  if (whole && workload && pods.every((pod) => pod.workload === workload))
    return `${first.namespace}/${workload.name}`;
  if (whole && pods.length > 1) return `${text[side]} (${pods.length} pods)`;
  return listed(pods.map(podWords));
}

export function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return [...names.slice(0, NAMES_SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

/** Including the values that its controller would have to choose. */
function podWords(pod: PodVariant): string {
  const { namespace, name, workload, chosen = [] } = pod;
  const keys = chosen.flatMap(({ prefixes }) => Object.keys(prefixes));
  const labels = Object.entries(knownLabels(pod)).filter(([key]) => keys.includes(key));
  const choice = labels.map(([key, value]) => `${key}=${value}`).join(",");
  const isNamed = workload === undefined || name !== workload.name;
  return choice === "" || isNamed ? `${namespace}/${name}` : `${namespace}/${name} with ${choice}`;
}

/** Such as ` over IPv4`, where ends have addresses of both families. */
export function familyWords({ cases }: Answer, { question, answers }: Told): string {
  const families = familiesOf(cases);
  if (familiesOf(question.cases).length < 2) return "";
  const isBoth = question.cases.every(({ from, to }) => from.ip !== undefined && to.ip !== undefined);
  if (!isBoth && answers.every((each) => familiesOf(each.cases).length === 2)) return "";
  return ` over ${families.map((family) => `IPv${family}`).join(" and ")}`;
}

export function familiesOf(cases: Question["cases"]): readonly number[] {
  return [...new Set(cases.flatMap(({ family }) => family ?? []))].sort();
}

/** The notes of all ends, each once. */
export function notesOf(
  { cases, parts }: Answer,
  told: Told,
  policies: readonly Policy[],
): readonly string[] {
  const flows = cases.flatMap((each) => parts.map(({ flow }) => ({ ...flow, from: each.from, to: each.to })));
  const notes = flows.flatMap((flow) => notesOn(flow, policies));
  return [...new Set([...notes, ...chosenNotes(cases, told)])];
}

/** The controller-chosen values that answers depend on. */
function chosenNotes(cases: Question["cases"], { question, answers }: Told): readonly string[] {
  if (answers.length === 1) return [];
  const all = question.cases.flatMap(podsOf);
  return cases.flatMap(podsOf).flatMap(({ workload, namespace, standIns = [], chosen = [] }) => {
    const texts = chosen.filter(({ numbers }) => !numbers).flatMap(({ prefixes }) => Object.keys(prefixes));
    const isAsked = (key: string) =>
      all.some((pod) => pod.workload === workload && !pod.standIns?.includes(key));
    const unknown = standIns.filter((key) => texts.includes(key) && isAsked(key));
    if (unknown.length === 0 || !workload) return [];
    return [
      `the controller of ${workload.kind} ${namespace}/${workload.name} chooses ${unknown.join(" and ")}, and no file gives the value`,
    ];
  });
}

function podsOf({ stands }: Question["cases"][number]): readonly PodVariant[] {
  return [...stands.from, ...stands.to];
}

/** Such as `Service shop/web: 80/TCP leads to 8080/TCP of shop/web-0`. */
export function leadWords({ service, port, target, pods }: Lead): string {
  const { protocol } = port;
  return `${serviceName(service)}: ${port.port}/${protocol} leads to ${target}/${protocol} of ${listed(pods)}`;
}

/** Notes about what happens to a connection on its way. */
export function wayNotes({ question: { masked, untranslated }, text }: Told): readonly string[] {
  const notes: string[] = [];
  if (masked)
    notes.push(
      `a node may forward this, and the pods then see the node's address instead of ${text.from} (externalTrafficPolicy is not Local)`,
    );
  if (untranslated) {
    const { service, port } = untranslated;
    notes.push(
      `${serviceName(service)} is headless: connections arrive at port ${port.port} of its pods, not at its targetPort ${port.targetPort}`,
    );
  }
  return notes;
}
