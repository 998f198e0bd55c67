/**
 * What documents held that differ from others in their object's name and namespace only. Teams copy policies and workloads:
 * such a document is not parsed again, and its objects are those of the first one in other places.
 */
import type { Pod, Service } from "../../ir/inventory.js";
import type { NetworkPolicy, Policy } from "../../ir/policy.js";
import type { Access } from "../kubernetes/makers/access.js";
import type { Observation } from "../parsed_file.js";
import { get } from "../yaml/node.js";
import type { Node } from "../yaml/node.js";
import { Copier } from "./copies.js";
import type { DocumentForm } from "./document_form.js";

/** What may be of one document. */
export interface Contents {
  readonly policies: Policy[];
  readonly pods: Pod[];
  readonly services: Service[];
  readonly observations: Observation[];
  readonly access: Access[];
}

type Kept = { readonly form: DocumentForm } & (
  | { readonly policy: NetworkPolicy; readonly observations: readonly Observation[] }
  | { readonly pod: Pod; readonly use: Extract<Access, { readonly as: "use" }> }
  | { readonly service: Service }
);

/** The texts of so many are held. */
const MOST = 10_000;

/** Kinds of workloads whose pods do not depend on the workload's name. */
const NAMELESS: ReadonlySet<string> = new Set(["Deployment", "DaemonSet", "ReplicaSet"]);

export class RepeatedDocuments {
  private readonly kept = new Map<string, Kept>();

  /** Adds the objects of the document, if one of the same form is known. */
  add(file: string, form: DocumentForm, to: Contents): boolean {
    const kept = this.kept.get(form.text);
    if (!kept) return false;
    const copier = new Copier(file, kept.form, form);
    if ("policy" in kept) {
      const policy = copier.policy(kept.policy);
      to.policies.push(policy);
      for (const each of kept.observations) to.observations.push(copier.observation(each, policy));
    } else if ("pod" in kept) {
      to.pods.push(copier.pod(kept.pod));
      to.access.push(copier.access(kept.use));
    } else to.services.push(copier.service(kept.service));
    return true;
  }

  /** Keeps a document that held nothing else. */
  keep(form: DocumentForm, root: Node, held: Contents): void {
    if (this.kept.size >= MOST || !isAsWritten(form, root)) return;
    const { policies, pods, services, observations, access } = held;
    const [policy, pod, service] = [policies[0], pods[0], services[0]];
    if (policies.length + pods.length + services.length !== 1) return;
    const kept = policy
      ? ofPolicy(form, policy, observations)
      : pod
        ? ofPod(form, pod, access)
        : ofService(form, service!);
    if (kept) this.kept.set(form.text, kept);
  }
}

/** The lines of the form are the fields of the object's metadata. */
function isAsWritten({ nameRange, namespaceRange }: DocumentForm, root: Node): boolean {
  const metadata = get(root, "metadata");
  return (
    get(metadata, "name")?.start === nameRange.start &&
    (!namespaceRange || get(metadata, "namespace")?.start === namespaceRange.start)
  );
}

function ofPolicy(
  form: DocumentForm,
  policy: Policy,
  observations: readonly Observation[],
): Kept | undefined {
  return policy.kind === "NetworkPolicy" ? { form, policy, observations } : undefined;
}

function ofPod(form: DocumentForm, pod: Pod, access: readonly Access[]): Kept | undefined {
  const [use] = access;
  const isNameless = pod.workload !== undefined && NAMELESS.has(pod.workload.kind);
  return isNameless && use?.as === "use" ? { form, pod, use } : undefined;
}

function ofService(form: DocumentForm, service: Service): Kept | undefined {
  const { externalAddresses, balancerAddresses, sourceRanges } = service;
  const hasOtherPlaces = externalAddresses ?? balancerAddresses ?? sourceRanges;
  return hasOtherPlaces || service.ports.some(({ span }) => !span) ? undefined : { form, service };
}
