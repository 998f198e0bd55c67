/**
 * If some object of a side cannot be read, the sides are compared without it: it is left out of both, with everything
 * that cannot be decided without it. For a NetworkPolicy, that is its namespace.
 */
import type { DiffSide, SideError } from "../../analysis/diff/report.js";
import type { Inventory } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import { policyName } from "../../ir/policy_name.js";
import type { Diagnostic } from "../../source/diagnostic.js";

/** A side as far as it could be read. */
export interface ReadInPart extends Omit<DiffSide, "errors"> {
  readonly errors: readonly Diagnostic[];
  /** The name of a file that both sides use. */
  fileOf(path: string): string;
}

/** An error that prevents any comparison, because the objects in the files are unknown. */
export function refusing({ rule, object }: Diagnostic): boolean {
  return rule === "unrendered-kustomization" || (rule.startsWith("duplicate-") && !object);
}

export function withoutLeftOut(before: ReadInPart, after: ReadInPart): readonly [DiffSide, DiffSide] {
  const out = new LeftOut();
  const errors = [before, after].map((side) => {
    return side.errors.map((error) =>
      told(error, out.add(error, side, side === before ? after : before), side),
    );
  });
  const of = ({ fileOf: _, ...side }: ReadInPart, i: number): DiffSide => {
    return { ...side, ...out.rest(side), errors: errors[i]! };
  };
  return [of(before, 0), of(after, 1)];
}

function told(error: Diagnostic, effect: string, side: ReadInPart): SideError {
  return { where: side.where(error.span), message: error.message, effect };
}

type Held = Pick<DiffSide, "policies" | "inventory">;

class LeftOut {
  private readonly namespaces = new Set<string>();
  private readonly objects = new Set<string>();

  /** @returns the effect, in words */
  add(error: Diagnostic, side: ReadInPart, other: ReadInPart): string {
    const { rule, object, span } = error;
    if (rule.startsWith("duplicate-")) return "the last one counts, as for kubectl apply";
    if (!object) return this.addFile(span.file, side, other);
    if (object.kind === "NetworkPolicy") return left([this.addNamespace(object.namespace)]);
    const name = nameOf(object);
    this.objects.add(name);
    return left([name]);
  }

  private addNamespace(name: string): string {
    this.namespaces.add(name);
    return `namespace ${name}`;
  }

  /** The objects of the file that only the other side has. */
  private addFile(path: string, side: ReadInPart, other: ReadInPart): string {
    const here = new Set([...objectsOf(side)].map(({ name }) => name));
    const file = side.fileOf(path);
    const isThere = (each: string) =>
      path.endsWith(".ts") ? each.endsWith(".ts") : other.fileOf(each) === file;
    const lacking = [...objectsOf(other)].filter((each) => isThere(each.file) && !here.has(each.name));
    const names = lacking.map(({ name, policy }) => {
      if (policy?.kind === "NetworkPolicy") return this.addNamespace(policy.namespace);
      this.objects.add(name);
      return name;
    });
    return names.length > 0 ? left([...new Set(names)]) : "its objects are not compared";
  }

  /** A side without what is left out. */
  rest({ policies, inventory }: Held): Held {
    const stays = <T extends { readonly namespace?: string }>(kindOf: (item: T) => string) => {
      return (item: T & { readonly name: string }) =>
        !(item.namespace !== undefined && this.namespaces.has(item.namespace)) &&
        !this.objects.has(nameOf({ kind: kindOf(item), namespace: item.namespace ?? "", name: item.name }));
    };
    return {
      policies: policies.filter((policy) =>
        policy.kind === "NetworkPolicy"
          ? !this.namespaces.has(policy.namespace)
          : !this.objects.has(policyName(policy)),
      ),
      inventory: {
        ...inventory,
        namespaces: inventory.namespaces.filter(stays(() => "Namespace")),
        pods: inventory.pods.filter(stays((pod) => pod.workload?.kind ?? "Pod")),
        services: inventory.services.filter(stays(() => "Service")),
      },
    };
  }
}

function left(names: readonly string[]): string {
  return `left out on both sides: ${names.join(", ")}`;
}

const WITHOUT_NAMESPACE: ReadonlySet<string> = new Set([
  "Namespace",
  "Node",
  "ClusterNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
]);

function nameOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return WITHOUT_NAMESPACE.has(kind) ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

interface NamedObject {
  readonly name: string;
  readonly file: string;
  readonly policy?: Policy;
}

function* objectsOf({ policies, inventory }: Held): Generator<NamedObject> {
  for (const policy of policies) yield { name: policyName(policy), file: policy.span.file, policy };
  yield* inventoryObjects(inventory);
}

function* inventoryObjects({ namespaces, pods, services }: Inventory): Generator<NamedObject> {
  for (const { name, span, implied } of namespaces)
    if (!implied) yield { name: `Namespace ${name}`, file: span.file };
  for (const { workload, namespace, name, span } of pods)
    yield { name: nameOf({ kind: workload?.kind ?? "Pod", namespace, name }), file: span.file };
  for (const { namespace, name, span } of services)
    yield { name: nameOf({ kind: "Service", namespace, name }), file: span.file };
}
