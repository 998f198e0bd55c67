/** Services, their slices and the nodes as the API tells them, and what of it changes on a node. */
import type { Node as ClusterNode } from "../../ir/inventory.js";
import type { EndpointSlice, Service } from "../../ir/service.js";
import type { ServiceChange } from "../../services/node/changes.js";
import type { Batch } from "../../cluster/watcher.js";
import { parsed } from "../objects/read.js";

export class ServiceView {
  readonly services = new Map<string, Service>();
  readonly slices = new Map<string, EndpointSlice>();
  readonly nodes = new Map<string, ClusterNode>();

  takeServices({ changed, gone }: Batch): ServiceChange[] {
    return [
      ...gone.flatMap((key) => this.removeService(key)),
      ...changed.flatMap((object): ServiceChange[] => {
        const [service] = parsed(object).inventory.services;
        if (!service) return [];
        this.services.set(keyOf(service), service);
        return [{ kind: "service", service }];
      }),
    ];
  }

  takeSlices({ changed, gone }: Batch): ServiceChange[] {
    return [
      ...gone.flatMap((key) => this.removeSlice(key)),
      ...changed.flatMap((object): ServiceChange[] => {
        const [slice] = parsed(object).inventory.slices ?? [];
        if (!slice) return [];
        this.slices.set(keyOf(slice), slice);
        return [{ kind: "slice", slice }];
      }),
    ];
  }

  takeNodes({ changed, gone }: Batch): ServiceChange[] {
    const before = JSON.stringify([...this.nodes]);
    for (const name of gone) this.nodes.delete(name);
    for (const object of changed) {
      const [node] = parsed(object).inventory.nodes;
      if (node) this.nodes.set(node.name, node);
    }
    if (JSON.stringify([...this.nodes]) === before) return [];
    return [{ kind: "nodes", nodes: [...this.nodes.values()] }];
  }

  private removeService(key: string): ServiceChange[] {
    const service = this.services.get(key);
    if (!service) return [];
    this.services.delete(key);
    return [{ kind: "service-gone", namespace: service.namespace, name: service.name }];
  }

  private removeSlice(key: string): ServiceChange[] {
    const slice = this.slices.get(key);
    if (!slice) return [];
    this.slices.delete(key);
    return [{ kind: "slice-gone", namespace: slice.namespace, name: slice.name }];
  }
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
