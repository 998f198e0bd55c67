/** Which API server to talk to, and as whom. */
import type { RequestOptions } from "node:https";

export interface ConnectOptions {
  /** Undefined: the current one of the kubeconfig. */
  readonly context?: string | undefined;
  /** A path. Undefined: $KUBECONFIG, then ~/.kube/config, then the service account of the pod. */
  readonly kubeconfig?: string | undefined;
}

export interface Credentials {
  readonly context: string;
  readonly server: string;
  /** Adds what one request needs; credentials are renewed, so they are asked for each time. Fails where a plugin for them does. */
  authenticate(options: RequestOptions): Promise<void>;
}
