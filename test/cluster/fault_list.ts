/** What is done to the cluster and to the agents, each on its own. */
import { spawnSync } from "node:child_process";
import type { Cluster } from "./cluster.js";
import { instance, netns } from "./cluster.js";
import { sleep, until } from "./pods.js";
import {
  argumentsOf,
  controlPlane,
  kubeletOf,
  loaderOf,
  startAgain,
  startKubeletAgain,
} from "./processes.js";

export interface Fault {
  readonly name: string;
  readonly make: (cluster: Cluster) => Promise<void>;
}

/** The node whose pods are asked. */
const NODE = "node1";
const API = "172.31.77.1";

export const FAULTS: readonly Fault[] = [
  {
    name: "nothing happens",
    make: () => sleep(3000),
  },
  {
    name: "an agent is ended and started again",
    make: async (cluster) => {
      await cluster.endAgent(NODE);
      await sleep(1000);
      cluster.startAgent(NODE);
      await cluster.ready(NODE);
    },
  },
  {
    name: "an agent is killed and started again",
    make: async (cluster) => {
      await cluster.endAgent(NODE, "SIGKILL");
      await sleep(1000);
      cluster.startAgent(NODE);
      await cluster.ready(NODE);
    },
  },
  {
    name: "the agents of both ends are killed at once and started again",
    make: async (cluster) => {
      await Promise.all(cluster.nodes.map((node) => cluster.endAgent(node, "SIGKILL")));
      await sleep(1000);
      await cluster.startAgents();
    },
  },
  {
    name: "the loader of an agent is killed five times",
    make: async () => {
      for (let i = 0; i < 5; i++) {
        await until("a loader running", () => loaderOf(instance(NODE)) > 0);
        process.kill(loaderOf(instance(NODE)), "SIGKILL");
        await sleep(700);
      }
    },
  },
  {
    name: "the API server does not answer for ten seconds",
    make: async () => {
      const pid = controlPlane("kube-apiserver");
      process.kill(pid, "SIGSTOP");
      await sleep(10_000);
      process.kill(pid, "SIGCONT");
    },
  },
  {
    name: "the agent's connections to the API are cut every 300 ms",
    make: async () => {
      for (let i = 0; i < 15; i++) {
        spawnSync("nsenter", [netns(NODE), "ss", "-K", "dst", API, "dport", "=", "6443"]);
        await sleep(300);
      }
    },
  },
  {
    name: "the API cannot be reached from the node for ten seconds",
    make: async () => {
      route("add");
      try {
        await sleep(10_000);
      } finally {
        route("del");
      }
    },
  },
  {
    name: "the API server is killed, its history compacted, and it is started again",
    make: async (cluster) => {
      const pid = controlPlane("kube-apiserver");
      const args = argumentsOf(pid);
      process.kill(pid, "SIGKILL");
      await sleep(3000);
      compact(cluster);
      startAgain(cluster, ["kube-apiserver", ...args.slice(1)]);
      await answers(cluster);
    },
  },
  {
    name: "etcd is killed and started again",
    make: async (cluster) => {
      const pid = controlPlane("etcd");
      const args = argumentsOf(pid);
      process.kill(pid, "SIGKILL");
      await sleep(2000);
      startAgain(cluster, ["etcd", ...args.slice(1)]);
      await answers(cluster);
    },
  },
  {
    name: "a kubelet is killed and started again",
    make: async (cluster) => {
      const pid = kubeletOf(NODE);
      const args = argumentsOf(pid);
      process.kill(pid, "SIGKILL");
      await sleep(2000);
      startKubeletAgain(cluster, NODE, args);
      await sleep(5000);
    },
  },
  {
    name: "an agent is started while the API is away",
    make: async (cluster) => {
      const pid = controlPlane("kube-apiserver");
      process.kill(pid, "SIGSTOP");
      try {
        await cluster.endAgent(NODE, "SIGKILL");
        cluster.startAgent(NODE);
        await sleep(5000);
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await cluster.ready(NODE);
    },
  },
];

function route(verb: "add" | "del"): void {
  const { status, stderr } = spawnSync("nsenter", [netns(NODE), "ip", "route", verb, "blackhole", API], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ip route ${verb} blackhole ${API}: ${stderr.trim()}`);
}

/** All of etcd's history but its last revision is gone: who watches from an older one is told 410. */
function compact(cluster: Cluster): void {
  const ask = (what: string, body: object) =>
    JSON.parse(cluster.in("curl", "-sf", `http://127.0.0.1:2379/v3/${what}`, "-d", JSON.stringify(body))) as {
      header: { revision: string };
    };
  const { revision } = ask("kv/range", { key: "Lw==" }).header;
  ask("kv/compaction", { revision });
}

function answers(cluster: Cluster): Promise<void> {
  return until("an API server that answers", () => cluster.kubectl("get", "--raw", "/readyz") === "ok");
}
