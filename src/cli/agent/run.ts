import { createHash } from "node:crypto";
import { join } from "node:path";
import { hostname } from "node:os";
import { Agent } from "../../agent/agent.js";
import type { BundleOptions } from "../../agent/bundle/bundle_of_node.js";
import type { PolicyNotice } from "../../agent/cluster_view.js";
import { otherDataplanes } from "../../agent/other_dataplanes.js";
import type { MissingPod } from "../../agent/places/local_places.js";
import { AgentMetrics } from "../../agent/report/agent_metrics.js";
import { Events } from "../../agent/report/events.js";
import { serveStatus } from "../../agent/report/http_server.js";
import type { ServicesOptions } from "../../agent/services/services_of_node.js";
import type { Announcement } from "../../agent/places/announcements.js";
import { shellObject } from "../../agent/shell_object.js";
import { Verdicts } from "../../agent/verdicts/verdicts.js";
import { OF_AGENTS } from "../../cluster/api_failure.js";
import { connect } from "../../cluster/client.js";
import { cgroup2Root } from "../../node/cgroup2.js";
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
import { serviceSettings } from "../service_settings.js";
import type { PodStartOptions } from "./pod_starts.js";
import { startPodStarts } from "./pod_starts.js";

interface AgentOptions extends PodStartOptions {
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
  readonly services?: boolean;
  readonly link?: readonly string[];
  readonly serviceObjects?: string;
  readonly config?: string;
  readonly listen: string;
  readonly printVerdicts?: boolean;
}

/** A pod that starts may be without its interface for so long before a word is said about it. */
const MISSING_MS = 10_000;

export async function run(options: AgentOptions): Promise<number> {
  const name = options.node ?? process.env.NODE_NAME ?? hostname();
  const instance = options.instance ?? instanceOf(name);
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
    ...(services && { services }),
    ...(bundle && { bundle }),
    onNotice: (notice) => reports.policy(notice),
    onMissing: (missing) => reports.missing(missing),
  });
  const verdicts = new Verdicts({
    ...{ instance, node: name, log },
    isInForce: () => agent.generation > 0,
    ...(options.printVerdicts && { print: (line: string) => void process.stdout.write(line) }),
  });
  const metrics = new AgentMetrics(agent, { instance }, verdicts.counts);
  const pages = {
    healthz: () => undefined,
    readyz: () => agent.unready(),
    metrics: () => metrics.text(),
  };
  const listening = options.listen === "none" ? undefined : await serveStatus(pages, options.listen);
  const announce = (pod: Announcement) => agent.announce(pod);
  const podStarts = await startPodStarts(options, { api, instance, announce, log });
  const unserved = await verdicts.start();
  for (const each of [listening, podStarts, unserved])
    if (isFailure(each)) return fail("agent", each.error, each);
  const end = () => agent.stop();
  process.once("SIGTERM", end).once("SIGINT", end);
  log(`follows ${api.server} as node ${name}`);
  await agent.run();
  await verdicts.stop();
  if (listening && !isFailure(listening)) listening.close().closeAllConnections();
  if (!isFailure(podStarts)) await podStarts.end();
  api.close();
  log("ended; what is enforced stays so");
  return EXIT.ok;
}

/** The node's name, shortened where that is longer than an instance's may be. */
function instanceOf(node: string): string {
  if (!checkInstance(node)) return node;
  const digest = createHash("sha256").update(node).digest("hex").slice(0, 8);
  return `${node.slice(0, 39)}-${digest}`;
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
  { serviceObjects: directory = process.env.POLC_SERVICE_OBJECTS, link: names, config }: AgentOptions,
): Promise<ServicesOptions | Failure> {
  const objects =
    directory === undefined ? await compileServiceObjects(runDir(instance)) : givenServiceObjects(directory);
  if (isFailure(objects)) return objects;
  const links = await judgedLinks(names, undefined);
  if (isFailure(links)) return links;
  if (links.length === 0)
    return { error: "no link of this node has a default route", help: "name those to other nodes by --link" };
  const cgroup = await cgroup2Root();
  if (isFailure(cgroup)) return cgroup;
  const settings = await serviceSettings({ config: config ?? false, color: false });
  if (!settings) return { error: `${config} cannot be used`, help: "its errors are above" };
  return {
    ...{ objects, cgroup, settings, mtu: Math.min(...links.map(({ mtu }) => mtu)) },
    links: links.map(({ name }) => ({ name, hook: "auto" })),
  };
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
