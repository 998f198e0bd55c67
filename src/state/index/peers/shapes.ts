/** The shapes of the cluster's pods, and which of them a term may select. */
import { selects, selectsNamespace } from "../../../analysis/semantics/select.js";
import type { Labels, Pod } from "../../../ir/inventory.js";
import type { PodMatch } from "../../../ir/policy.js";
import type { NamespaceView } from "../../profiles.js";
import type { PortName, PortNumbers } from "../../rule_steps.js";
import { portName } from "../../rule_steps.js";
import type { Shape } from "./held.js";
import type { TermChanges, Terms } from "./terms.js";

export class Shapes {
  /** By namespace, and there by key. */
  private readonly byNamespace = new Map<string, Map<string, Shape>>();

  constructor(private readonly terms: Terms) {}

  join(pod: Pod, namespace: NamespaceView): Shape {
    const ports = namedPorts(pod);
    const key = `${labelsKey(pod.labels)}\n${[...ports].join()}`;
    let shapes = this.byNamespace.get(namespace.name);
    if (!shapes) this.byNamespace.set(namespace.name, (shapes = new Map()));
    let shape = shapes.get(key);
    if (!shape) {
      shape = { key, namespace, labels: pod.labels, ports, terms: [], held: new Set(), pods: 0 };
      shape.terms = this.termsOf(shape);
      shapes.set(key, shape);
    }
    shape.pods++;
    return shape;
  }

  leave(shape: Shape): void {
    if (--shape.pods > 0) return;
    const shapes = this.byNamespace.get(shape.namespace.name)!;
    shapes.delete(shape.key);
    if (shapes.size === 0) this.byNamespace.delete(shape.namespace.name);
  }

  /** The shapes of a namespace whose terms are others now that it has these labels. */
  relabel(namespace: NamespaceView): Shape[] {
    const own = [...(this.byNamespace.get(namespace.name)?.values() ?? [])];
    return own.filter((shape) => {
      const before = shape.terms.join();
      shape.namespace = namespace;
      shape.terms = this.termsOf(shape);
      return shape.terms.join() !== before;
    });
  }

  /** The shapes whose terms are others after these changes. */
  apply({ added, removed, addedNames, removedNames }: TermChanges): Set<Shape> {
    const changed = new Set<Shape>();
    const change = (shape: Shape, terms: number[]) => {
      shape.terms = terms;
      changed.add(shape);
    };
    const without = (shape: Shape, gone: ReadonlySet<number>) => {
      const terms = shape.terms.filter((term) => !gone.has(term));
      if (terms.length < shape.terms.length) change(shape, terms);
    };
    for (const { term, match } of removed)
      for (const shape of this.selectable(match)) without(shape, new Set([term]));
    for (const { term, match } of added)
      for (const shape of this.selectable(match))
        if (selects(match.pods, shape.labels)) change(shape, ascending([...shape.terms, term]));
    for (const { terms } of removedNames) for (const shape of this.all()) without(shape, terms);
    for (const name of addedNames)
      for (const shape of this.all()) {
        const port = shape.ports.get(name);
        const term = port === undefined ? undefined : this.terms.portTerm(name, port);
        if (term !== undefined) change(shape, ascending([...shape.terms, term]));
      }
    return changed;
  }

  private *all(): Iterable<Shape> {
    for (const shapes of this.byNamespace.values()) yield* shapes.values();
  }

  private termsOf({ labels, namespace, ports }: Shape): number[] {
    const ofPorts = [...ports].flatMap(([name, port]) => this.terms.portTerm(name, port) ?? []);
    return ascending([...this.terms.pods.matching(labels, namespace), ...ofPorts]);
  }

  private *selectable({ namespaces }: PodMatch): Iterable<Shape> {
    if (namespaces.kind === "name") yield* this.byNamespace.get(namespaces.name)?.values() ?? [];
    else
      for (const shapes of this.byNamespace.values()) {
        const [first] = shapes.values();
        if (selectsNamespace(namespaces, first!.namespace)) yield* shapes.values();
      }
  }
}

/** As `namedPort` reads them: the first port of a name and protocol counts. */
export function namedPorts({ ports }: Pick<Pod, "ports">): PortNumbers {
  const found = new Map<PortName, number>();
  for (const { name, protocol, port } of ports) {
    if (name === undefined) continue;
    const key = portName({ protocol, name });
    if (!found.has(key)) found.set(key, port);
  }
  return found;
}

function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function ascending(numbers: number[]): number[] {
  return numbers.sort((a, b) => a - b);
}
