export interface StatusOptions {
  readonly local?: boolean;
  readonly instance?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  /** Of the PolicyBundle. */
  readonly name: string;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}
