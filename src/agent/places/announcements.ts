/**
 * Pods that polc-cni announces before their first process runs: one JSON line in, one out, on a socket of this machine. The
 * plugin waits for the answer, so a pod starts when its policy is in force.
 */
import type { Server, Socket } from "node:net";
import { formatAddress, parseAddress } from "../../ir/address.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { listen } from "../listen.js";

export interface Announcement {
  readonly namespace: string;
  readonly name: string;
  /** Path of its network namespace. */
  readonly netns: string;
  /** The node's end of its link. */
  readonly interface: string;
  /** Canonical text. */
  readonly ips: readonly string[];
}

/** Resolves when the pod is enforced. */
export type Announce = (pod: Announcement) => Promise<Failure | undefined>;

const LINE_BYTES = 1 << 16;

/** Resolves when it listens. */
export function listenForPods(path: string, announce: Announce): Promise<Server | Failure> {
  return listen(path, (socket) => serve(socket, announce));
}

function serve(socket: Socket, announce: Announce): void {
  let text = "";
  socket.setEncoding("utf8");
  socket.on("error", () => undefined);
  socket.on("data", (piece: string) => {
    text += piece;
    const end = text.indexOf("\n");
    if (end < 0 && text.length < LINE_BYTES) return;
    socket.removeAllListeners("data");
    const answer = (value: object) => socket.end(`${JSON.stringify(value)}\n`);
    const pod = read(text.slice(0, end));
    if (isFailure(pod)) return void answer(pod);
    void announce(pod).then((failure) => answer(failure ?? { enforced: true }));
  });
}

function read(line: string): Announcement | Failure {
  try {
    const { namespace, name, netns, interface: device, ips } = JSON.parse(line) as Record<string, unknown>;
    const texts = [namespace, name, netns, device, ...(Array.isArray(ips) ? (ips as unknown[]) : [0])];
    if (texts.some((text) => typeof text !== "string")) return { error: "the announcement lacks a field" };
    const addresses = (ips as string[]).map(parseAddress);
    if (addresses.length === 0 || addresses.includes(undefined))
      return { error: "the announcement has no usable address" };
    return {
      ...(JSON.parse(line) as Announcement),
      netns: (netns as string).replace(/^\/var\/run\//, "/run/"),
      ips: addresses.map((address) => formatAddress(address!)),
    };
  } catch {
    return { error: "the announcement is not JSON" };
  }
}
