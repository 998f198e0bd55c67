/** Objects that create pods which no file describes. */
import { namespaced } from "../../../ir/namespaced.js";
import type { Namespaced } from "../../../ir/namespaced.js";
import type { Span } from "../../../source/span.js";
import type { Access } from "./access.js";

/** `namespace` is where it creates pods. */
export interface PodMaker extends Namespaced {
  /** Such as "Prometheus mon/k8s". */
  readonly object: string;
  /** It certainly creates pods. Otherwise its operator or its service account may. */
  readonly isSure: boolean;
  readonly span: Span;
}

/** Everything that may create pods. */
export function podMakersOf({
  customResources,
  access,
}: {
  readonly customResources: readonly PodMaker[];
  readonly access: readonly Access[];
}): readonly PodMaker[] {
  return [...customResources, ...workloadsMakingPods(access)];
}

/**
 * The workloads that may create pods through the API, in the namespaces of the roles bound to their service accounts. A
 * cluster-wide role counts in the workload's own namespace: elsewhere such controllers create pods for objects there.
 */
function workloadsMakingPods(access: readonly Access[]): readonly PodMaker[] {
  const roles = access.filter((each) => each.as === "role");
  if (roles.length === 0) return [];
  const making = access.filter(
    (each): each is Extract<Access, { as: "binding" }> =>
      each.as === "binding" &&
      roles.some(
        ({ kind, namespace, name }) =>
          kind === each.role.kind &&
          name === each.role.name &&
          (kind === "ClusterRole" || mayBeSame(namespace, each.namespace)),
      ),
  );
  return access.flatMap((use) => {
    if (use.as !== "use") return [];
    const bound = making.filter(({ accounts }) =>
      accounts.some(
        ({ namespace, name }) =>
          mayBeSame(namespace, use.namespace) && (name === undefined || name === use.account),
      ),
    );
    const namespaces = bound.map(({ everywhere, namespace }) => (everywhere ? use.namespace : namespace));
    const object = objectName(use.kind, use.namespace, use.name);
    return [...new Set(namespaces)].map((namespace) => {
      return { ...namespaced(namespace), object, isSure: false, span: use.span };
    });
  });
}

/** An unwritten namespace may be any. */
function mayBeSame(a: string | undefined, b: string | undefined): boolean {
  return a === b || a === undefined || b === undefined;
}

export function objectName(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`.trim();
}

/** "Prometheus mon/k8s and 2 more make pods that no file describes"; undefined if there is none in these namespaces. */
export function makersWords(
  makers: readonly PodMaker[],
  namespaces?: ReadonlySet<string>,
): string | undefined {
  const there = makers.filter(
    ({ namespace, namespaceUnwritten }) => !namespaces || namespaceUnwritten || namespaces.has(namespace),
  );
  const sure = there.filter(({ isSure }) => isSure);
  const named = [...new Set((sure.length > 0 ? sure : there).map(({ object }) => object))];
  if (named.length === 0) return undefined;
  const more = named.length > MOST_NAMED ? ` and ${named.length - MOST_NAMED} more` : "";
  const list = named.slice(0, MOST_NAMED);
  const words =
    more || list.length < 2 ? list.join(", ") : `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
  const verb = sure.length > 0 ? (named.length === 1 ? "makes" : "make") : "may make";
  return `${words}${more} ${verb} pods that no file describes`;
}

const MOST_NAMED = 3;
