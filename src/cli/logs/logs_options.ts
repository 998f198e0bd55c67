import type { LogFilter } from "../../log/filter.js";

export interface LogsOptions extends LogFilter {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly node?: readonly string[];
  readonly since?: number;
  readonly local?: boolean;
  readonly instance?: string;
  readonly format: "pretty" | "json";
  readonly once: boolean;
  readonly count?: number;
  readonly color: boolean;
  /** Lines for people name the node. */
  readonly withNode?: boolean;
}
