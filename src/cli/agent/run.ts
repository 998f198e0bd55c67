import { join } from "node:path";
import { hostname } from "node:os";
import { Agent } from "../../agent/agent.js";
import type { BundleOptions } from "../../agent/bundle/bundle_of_node.js";
import type { PolicyNotice } from "../../agent/cluster_view.js";
import { otherDataplanes } from "../../agent/other_dataplanes.js";
import { listenForPods } from "../../agent/places/announcements.js";
import type { MissingPod } from "../../agent/places/local_places.js";
import { agentMetrics } from "../../agent/report/agent_metrics.js";
import { Events } from "../../agent/report/events.js";
import { serveStatus } from "../../agent/report/http_server.js";
import type { ServicesOptions } from "../../agent/services/services_of_node.js";
import { shellObject } from "../../agent/shell_object.js";
import { OF_AGENTS } from "../../cluster/api_failure.js";
import { connect } from "../../cluster/client.js";
import { cannotLoad } from "../../node/can_load.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { judgedLinks } from "../../node/links.js";
import { checkInstance, runDir } from "../../node/run_dir.js";
import { compileServiceObjects, givenServiceObjects } from "../../node/service_objects.js";
import { printable } from "../../source/printable.js";
import { readTrustedKeys } from "../../signing/key.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";

interface AgentOptions {
  readonly live?: boolean;
  readonly bundle: string;
  readonly trustedKeys?: string;
  readonly stateDir: string;
  readonly node?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly instance?: string;
  readonly shell?: string;
  readonly audit?: boolean;
  readonly holdNewPods?: boolean;
  readonly services?: boolean;
  readonly link?: readonly string[];
  readonly serviceObjects?: string;
  readonly cniSocket: string;
  readonly listen: string;
}

/** A pod that starts may be without its interface for so long before a word is said about it. */
const MISSING_MS = 10_000;

export async function run(options: AgentOptions): Promise<number> {
  const name = options.node ?? process.env.NODE_NAME ?? hostname();
  const instance = options.instance ?? name;
  const wrong = checkInstance(instance) ?? (await cannotLoad({ build: true })) ?? beside(options.audit);
  if (wrong) return fail("agent", wrong.error, wrong);
  const api = await connect(options, { roles: OF_AGENTS, patience: { ms: 0 } });
  if (isFailure(api)) return fail("agent", api.error, api);
  const shell = await shellObject(runDir(instance), options.shell);
  if (isFailure(shell)) return fail("agent", shell.error, shell);
  const services = options.services ? await servicesOptions(instance, options) : undefined;
  if (isFailure(services)) return fail("agent", services.error, services);
  const bundle = options.live ? undefined : bundleOptions(instance, options);
  if (isFailure(bundle)) return fail("agent", bundle.error, bundle);
  const reports = new Reports(new Events(api, name, (failure) => log(failure.error)));
  const agent = new Agent({
    ...{ api, shell, log, node: { instance, name } },
    settings: { audit: options.audit === true },
    holdNew: options.holdNewPods === true,
    ...(services && { services }),
    ...(bundle && { bundle }),
    onNotice: (notice) => reports.policy(notice),
    onMissing: (missing) => reports.missing(missing),
  });
  const pages = {
    healthz: () => undefined,
    readyz: () => agent.unready(),
    metrics: () => agentMetrics(agent, instance),
  };
  const listening = options.listen === "none" ? undefined : await serveStatus(pages, options.listen);
  const announced =
    options.cniSocket === "none"
      ? undefined
      : await listenForPods(options.cniSocket, (pod) => agent.announce(pod));
  for (const each of [listening, announced]) if (isFailure(each)) return fail("agent", each.error, each);
  const end = () => agent.stop();
  process.once("SIGTERM", end).once("SIGINT", end);
  log(`follows ${api.server} as node ${name}`);
  await agent.run();
  if (listening && !isFailure(listening)) listening.close().closeAllConnections();
  if (announced && !isFailure(announced)) announced.close();
  api.close();
  log("ended; what is enforced stays so");
  return EXIT.ok;
}

function bundleOptions(
  instance: string,
  { bundle: name, trustedKeys, stateDir }: AgentOptions,
): BundleOptions | Failure {
  const trusted = trustedKeys === undefined ? undefined : readTrustedKeys(trustedKeys);
  if (isFailure(trusted)) return trusted;
  return { name, directory: join(stateDir, instance), ...(trusted && { trusted }) };
}

async function servicesOptions(
  instance: string,
  { serviceObjects: directory, link }: AgentOptions,
): Promise<ServicesOptions | Failure> {
  const objects =
    directory === undefined ? await compileServiceObjects(runDir(instance)) : givenServiceObjects(directory);
  if (isFailure(objects)) return objects;
  const links = await judgedLinks(link, undefined);
  if (isFailure(links)) return links;
  if (links.length === 0)
    return { error: "no link of this node has a default route", help: "name those to other nodes by --link" };
  return { objects, links: links.map(({ name }) => ({ name, hook: "auto" })) };
}

/** Two dataplanes would each drop what the other allows, or let pass what it denies. */
function beside(audit: boolean | undefined): Failure | undefined {
  const others = otherDataplanes();
  if (others.length === 0 || audit) return undefined;
  return {
    error: `${others.join(" and ")} enforces policy on this node already`,
    help: "remove it, or give --audit: then polc drops nothing and only reports",
  };
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} polc agent: ${printable(text)}\n`);
}

/** What people are told of objects: once in the log of the agent, and as Events. */
class Reports {
  private readonly told = new Set<string>();

  constructor(private readonly events: Events) {}

  policy({ object, reason, message }: PolicyNotice): void {
    const { kind = "", apiVersion = "", metadata } = object;
    const said =
      reason === "Refused"
        ? `polc cannot evaluate it, and denies everything to those it may concern: ${message}`
        : message;
    log(`${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}: ${said}`);
    const { name, namespace, uid } = metadata;
    const about = { apiVersion, kind, name, ...(namespace && { namespace }), ...(uid && { uid }) };
    void this.events.say(about, { type: "Warning", reason: `Policy${reason}`, message: said });
  }

  missing(missing: ReadonlyMap<string, MissingPod>): void {
    for (const key of this.told) if (!missing.has(key)) this.told.delete(key);
    for (const [key, { pod, failure, since }] of missing) {
      if (Date.now() - since < MISSING_MS || this.told.has(key)) continue;
      this.told.add(key);
      log(`nothing is enforced on ${key}: ${failure.error}`);
      const about = { apiVersion: "v1", kind: "Pod", name: pod.name, namespace: pod.namespace };
      void this.events.say(about, {
        ...{ type: "Warning", reason: "PolicyNotEnforced" },
        message: `nothing is enforced on this pod: ${failure.error}`,
      });
    }
  }
}
