/** One request to a service: who asks, what, what is expected of it, and what came of it. */
import type { Family } from "../../ir/address.js";
import type { FrontendKind } from "../../services/frontends/claim.js";
import type { Answer } from "../probe/sessions.js";

export interface ServiceRequest {
  /** `NAMESPACE/NAME`. */
  readonly service: string;
  readonly kind: FrontendKind;
  readonly family: Family;
  /** The kernel's SCTP is no part of the lab's kernel, so its requests are those of TCP and UDP. */
  readonly protocol: "TCP" | "UDP";
  readonly address: string;
  readonly port: number;
  readonly client: Client;
  /** The node by which the client gets to the service: from outside, the one that its route names; inside, its own. */
  readonly ingressNode: string;
}

export interface Client {
  readonly kind: "outside" | "pod" | "node";
  /** The lab's endpoint or node that it runs in. */
  readonly name: string;
  /** Source of its packets. */
  readonly address: string;
}

/** An endpoint that may serve it. */
export interface Server {
  /** What its probe calls itself: a pod's `NAMESPACE/NAME`, a node's name. */
  readonly name: string;
  readonly node: string;
}

export interface Expectation {
  /** `silent`: nothing comes back. With several servers that policies tell apart, more than one may be right. */
  readonly outcomes: readonly Outcome[];
  /** Those that may answer. */
  readonly servers: readonly Server[];
  /** The addresses of which the server sees one. */
  readonly sources: readonly string[];
  /** No reply passes the ingress node. */
  readonly direct: boolean;
}

export type Outcome = "connected" | "refused" | "silent";

export interface ServiceResult {
  readonly request: ServiceRequest;
  readonly expected: Expectation;
  readonly found: Outcome | "error";
  readonly answer: Answer;
  readonly server?: Server;
  readonly links: readonly LinkCount[];
  /** Packets on the ingress node's link that are replies. */
  readonly repliesOnIngress: number;
  /** What is not as expected, in words. */
  readonly wrong: readonly string[];
}

/** Packets of one request on the link of a node or of the outside, seen from the fabric. */
export interface LinkCount {
  readonly link: string;
  /** Sent by whoever is at the link, and sent to it. */
  readonly requests: { readonly out: number; readonly in: number };
  readonly replies: { readonly out: number; readonly in: number };
}
