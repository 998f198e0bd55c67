/** Answers of the API server that are no success, and connections that fail, in words. */
import type { IncomingMessage } from "node:http";
import { NAMESPACE } from "./policy_bundle.js";
import type { ApiFailure } from "./resource.js";

/** A `Status` of the API. */
export interface ApiStatus {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}

export interface Asked {
  /** What was to be done, such as `create configmaps polc-system/x`. */
  readonly doing: string;
  readonly server: string;
  readonly context: string;
  readonly roles?: Roles;
}

/** By name, of those that the manifests have. */
export interface Roles {
  readonly reads: string;
  readonly writes: string;
  readonly logs: string;
}

const OF_USERS: Roles = { reads: "polc-plan", writes: "polc-deploy", logs: "polc-logs" };
export const OF_AGENTS: Roles = { reads: "polc-agent", writes: "polc-agent", logs: "polc-agent" };

export function failureOfAnswer(answer: IncomingMessage, body: string, asked: Asked): ApiFailure {
  const after = Number(answer.headers["retry-after"]);
  const failure = failureOfStatus(answer.statusCode ?? 0, statusOf(body), asked);
  return after > 0 ? { retryAfterSeconds: after, ...failure } : failure;
}

/** @param said as an answer's body or an event of a watch has it */
export function failureOfStatus(status: number, said: ApiStatus, asked: Asked): ApiFailure {
  const { reason, details } = said;
  const retry = details?.retryAfterSeconds;
  return {
    ...inWords(status, said, asked),
    ...{ status, ...(reason && { reason }) },
    ...(retry !== undefined && { retryAfterSeconds: retry }),
  };
}

function inWords(status: number, said: ApiStatus, asked: Asked): ApiFailure {
  const { doing, server, context } = asked;
  const message = said.message ?? `HTTP ${status}`;
  switch (status) {
    case 401:
      return {
        error: `the cluster does not accept the credentials of context ${JSON.stringify(context)}`,
        help: "log in again, or use another --context",
      };
    case 403:
      return forbidden(message, asked);
    case 404:
      if (said.details?.kind === "namespaces")
        return {
          error: `${doing}: there is no namespace ${said.details.name}`,
          help: "install polc in this cluster first: kubectl apply -k manifests (docs/deploy.md)",
        };
      return said.reason === "NotFound" && said.details?.name
        ? { error: `${doing}: there is no such object` }
        : {
            error: `${doing}: the API server at ${server} does not know this kind of object`,
            help: "install polc in this cluster first (docs/deploy.md), or use another --context",
          };
    case 409:
      return conflict(said, message, doing);
    case 413:
      return { error: `${doing}: the API server takes no object of this size` };
    case 400:
    case 422:
      if (message.includes(OVERTAKEN))
        return {
          error: `${doing}: somebody else deployed meanwhile`,
          help: "look at polc deploy status, then run it again",
        };
      return {
        error: `${doing}: the API server does not accept the object: ${message}`,
        help: "if the CRD is of another version of polc, install the manifests of this one (docs/deploy.md)",
      };
    case 429:
    case 503:
      return { error: `${doing}: the API server is too busy: ${message}`, help: "try again later" };
    default:
      return { error: `${doing}: ${message}` };
  }
}

/** What the CRD of manifests/ says of it. */
const OVERTAKEN = "another digest needs a greater epoch";

const READS = new Set(["get", "list", "watch"]);

/** Who asked, for what: as the API server's authorizer writes it. */
const DENIED =
  /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| at the cluster scope)?/;

function forbidden(message: string, { doing, roles = OF_USERS }: Asked): ApiFailure {
  if (message.includes("exceeded quota"))
    return {
      error: `${doing}: ${message.slice(message.indexOf("exceeded quota"))}`,
      help: "raise the ResourceQuota, or keep fewer old bundles: --keep",
    };
  const [, user, verb, resource, group, namespace] = DENIED.exec(message) ?? [];
  if (user === undefined || verb === undefined) return { error: `${doing}: ${message}` };
  const what = `${resource}${group ? `.${group}` : ""}`;
  const where = namespace === undefined ? "in the whole cluster" : `in namespace ${namespace}`;
  return {
    error: `${doing}: ${user} may not ${verb} ${what} ${where}`,
    help: `bind the role: kubectl create ${binding(user, roleFor(verb, resource, roles), namespace)} ${subject(user)}`,
  };
}

function roleFor(verb: string, resource: string | undefined, { reads, writes, logs }: Roles): string {
  if (resource === "pods/log") return logs;
  return READS.has(verb) ? reads : writes;
}

/** Of the roles in manifests/: each is one for the cluster, and one for polc's own namespace. */
function binding(user: string, role: string, namespace: string | undefined): string {
  const name = `${role}-${plainName(user)}`;
  return namespace === NAMESPACE
    ? `rolebinding ${name} -n ${NAMESPACE} --role=${role}`
    : `clusterrolebinding ${name} --clusterrole=${role}`;
}

function subject(user: string): string {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return account ? `--serviceaccount=${account[1]}:${account[2]}` : `--user=${user}`;
}

function plainName(user: string): string {
  return user.replace(/^system:serviceaccount:/, "").replace(/[^a-z0-9.-]+/gi, "-");
}

function conflict({ reason, details }: ApiStatus, message: string, doing: string): ApiFailure {
  const owned = (details?.causes ?? []).filter((cause) => cause.reason === "FieldManagerConflict");
  if (owned.length > 0)
    return {
      error: `${doing}: others set its fields: ${owned.map((each) => `${each.field} (${each.message})`).join(", ")}`,
      help: "take them over with --force-conflicts",
    };
  if (reason === "AlreadyExists") return { error: `${doing}: it exists already` };
  return { error: `${doing}: it was changed meanwhile: ${message}`, help: "run the command again" };
}

function statusOf(body: string): ApiStatus {
  try {
    const value = JSON.parse(body) as ApiStatus | null;
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // A proxy answers in its own way.
  }
  const line = body.trim().split("\n")[0];
  return line ? { message: line.slice(0, 200) } : {};
}

/** A connection that could not be made, or broke. */
export function failureOfConnection(error: unknown, { doing, server, context }: Asked): ApiFailure {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const cluster = `the API server at ${server}`;
  const other = { help: "is the cluster up? If it is another one, use --context" };
  switch (code) {
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ECONNRESET":
    case "EPIPE":
      return { error: `${cluster} cannot be reached (${code})`, ...other, isAway: true };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { error: `${cluster} cannot be found: its name does not resolve`, ...other };
    case "ETIMEDOUT":
      return { error: `${doing}: ${cluster} did not answer in time`, ...other, isAway: true };
    default:
      break;
  }
  if (/CERT|TLS|SSL|ALTNAME/.test(code))
    return {
      error: `the certificate of ${cluster} is not trusted: ${message}`,
      help: `give the cluster of context ${JSON.stringify(context)} the right certificate-authority`,
    };
  return {
    error: `${doing}: ${message.split("\n")[0]}`,
    help: `check the credentials of context ${JSON.stringify(context)}`,
  };
}
