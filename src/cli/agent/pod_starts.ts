/** How pods of the node start enforced: the socket that polc-cni announces them on, and its place in the chain. */
import { join } from "node:path";
import type { Server } from "node:net";
import { CniChain } from "../../agent/cni/cni_chain.js";
import { Installation } from "../../agent/cni/installation.js";
import type { Announce } from "../../agent/places/announcements.js";
import { listenForPods } from "../../agent/places/announcements.js";
import type { Cluster } from "../../cluster/client.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { loaderPath } from "../../node/loader.js";
import { packageRoot } from "../../source/package_root.js";

export interface PodStartOptions {
  readonly cniSocket: string;
  readonly chainCni?: string;
  readonly cniBin: string;
  readonly openWithoutAgent?: boolean;
}

export interface PodStarts {
  /** Takes polc-cni out of the chain if the agent's DaemonSet is gone. */
  end(): Promise<void>;
}

export async function startPodStarts(
  options: PodStartOptions,
  {
    api,
    instance,
    announce,
    log,
  }: { api: Cluster; instance: string; announce: Announce; log: (text: string) => void },
): Promise<PodStarts | Failure> {
  const { cniSocket: socket, chainCni: configurations, cniBin: plugins, openWithoutAgent = false } = options;
  if (socket === "none" && configurations !== undefined)
    return { error: "--chain-cni needs a socket", help: "leave out --cni-socket none" };
  const server = socket === "none" ? undefined : await listenForPods(socket, announce);
  if (isFailure(server)) return server;
  const loader = loaderPath();
  if (isFailure(loader)) return loader;
  const programs = { loader, plugin: join(packageRoot(), "cni/polc-cni") };
  const settings = { instance, socket, openWithoutAgent };
  const chain =
    configurations === undefined
      ? undefined
      : new CniChain({ configurations, plugins, programs, settings, log });
  const failure = chain?.start();
  if (failure) return failure;
  const installation = new Installation(api);
  if (chain) await installation.look();
  return { end: () => end(server, chain, installation, log) };
}

async function end(
  server: Server | undefined,
  chain: CniChain | undefined,
  installation: Installation,
  log: (text: string) => void,
): Promise<void> {
  server?.close();
  chain?.stop();
  if (!chain || !(await installation.isRemoved())) return;
  chain.remove();
  log("polc-cni is out of the chain: the agent's DaemonSet is gone");
}
