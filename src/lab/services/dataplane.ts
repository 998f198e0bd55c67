/** What serves the services on the nodes of a lab. */
import type { ServicesState } from "../../services/node/services_state.js";
import type { LabNode } from "../plan.js";

export interface Dataplane {
  /** It takes no changes, but every state as a whole. */
  readonly wholeOnly: boolean;
  /** Puts a node's state in force, whole or as a change of the one before. @throws LabError */
  apply(node: LabNode, state: ServicesState): Promise<Applied>;
  /** Kills what runs, wherever it is in its work. */
  kill(): void;
  /** Ends what runs; what is in force stays. */
  stop(): Promise<void>;
}

export interface Applied {
  readonly generation: number;
  readonly microseconds: number;
}
