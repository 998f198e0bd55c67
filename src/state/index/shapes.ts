/** The shapes of the cluster's pods, and which of them a term may select. */
import { selectsPod } from "../../analysis/semantics/select.js";
import type { Labels, Pod } from "../../ir/inventory.js";
import type { PodMatch } from "../../ir/policy.js";
import type { NamespaceView } from "../profiles.js";
import type { PortName, PortNumbers } from "../rule_steps.js";
import { portName } from "../rule_steps.js";
import type { Shape } from "./held.js";
import { fileUnder, labelIds, namespaceLabel, neededLabels, takeFrom } from "./pod_terms.js";
import type { TermChanges, Terms } from "./terms.js";

export class Shapes {
  private readonly byKey = new Map<string, Shape>();
  private readonly byLabel = new Map<string, Set<Shape>>();
  private readonly byName = new Map<PortName, Set<Shape>>();

  constructor(private readonly terms: Terms) {}

  join(pod: Pod, namespace: NamespaceView): Shape {
    const ports = namedPorts(pod);
    const key = `${namespace.name}\n${labelsKey(pod.labels)}\n${[...ports].join()}`;
    let shape = this.byKey.get(key);
    if (!shape) {
      shape = { key, namespace, labels: pod.labels, ports, terms: [], held: new Set(), pods: 0 };
      shape.terms = this.termsOf(shape);
      this.byKey.set(key, shape);
      this.file(shape);
    }
    shape.pods++;
    return shape;
  }

  leave(shape: Shape): void {
    if (--shape.pods > 0) return;
    this.byKey.delete(shape.key);
    this.unfile(shape);
  }

  /** The shapes of a namespace whose terms are others now that it has these labels. */
  relabel(namespace: NamespaceView): Shape[] {
    const own = [...(this.byLabel.get(namespaceLabel(namespace.name)) ?? [])];
    return own.filter((shape) => {
      this.unfile(shape);
      shape.namespace = namespace;
      this.file(shape);
      const before = shape.terms.join();
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
    for (const { term, match } of removed)
      for (const shape of this.selectable(match))
        if (shape.terms.includes(term))
          change(
            shape,
            shape.terms.filter((other) => other !== term),
          );
    for (const { term, match } of added)
      for (const shape of this.selectable(match))
        if (selectsPod(match, shape, shape.namespace)) change(shape, ascending([...shape.terms, term]));
    for (const { name, terms } of removedNames)
      for (const shape of this.byName.get(name) ?? [])
        change(
          shape,
          shape.terms.filter((other) => !terms.has(other)),
        );
    for (const name of addedNames)
      for (const shape of this.byName.get(name) ?? [])
        change(shape, ascending([...shape.terms, this.terms.portTerm(name, shape.ports.get(name)!)!]));
    return changed;
  }

  private termsOf({ labels, namespace, ports }: Shape): number[] {
    const ofPorts = [...ports].flatMap(([name, port]) => this.terms.portTerm(name, port) ?? []);
    return ascending([...this.terms.pods.matching(labels, namespace), ...ofPorts]);
  }

  private selectable(match: PodMatch): Iterable<Shape> {
    const needed = neededLabels(match);
    if (!needed) return this.byKey.values();
    return needed.flatMap((label) => [...(this.byLabel.get(label) ?? [])]);
  }

  private file(shape: Shape): void {
    for (const label of labelIds(shape.labels, shape.namespace)) fileUnder(this.byLabel, label, shape);
    for (const name of shape.ports.keys()) fileUnder(this.byName, name, shape);
  }

  private unfile(shape: Shape): void {
    for (const label of labelIds(shape.labels, shape.namespace)) takeFrom(this.byLabel, label, shape);
    for (const name of shape.ports.keys()) takeFrom(this.byName, name, shape);
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
