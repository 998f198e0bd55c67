import type { CommandEntry } from "./command.js";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "lint",
    summary: "check policy files, and find rules that have no effect",
    load: () => import("./lint/lint.js"),
  },
  {
    name: "rules",
    summary: "list the lint rules, or show a rule's page",
    load: () => import("./rules/rules.js"),
  },
  {
    name: "explain",
    summary: "explain whether a connection is allowed, and which rules decide",
    load: () => import("./explain/explain.js"),
  },
  {
    name: "test",
    summary: "prove claims about what can reach what, or show a packet that breaks them",
    load: () => import("./test/test.js"),
  },
  {
    name: "diff",
    summary: "show which connections a change opens and closes",
    load: () => import("./diff/diff.js"),
  },
  {
    name: "convert",
    summary: "convert policies from TypeScript to YAML, or from YAML to TypeScript",
    load: () => import("./convert/convert.js"),
  },
  {
    name: "services",
    summary: "show each Service's addresses and endpoints, and any problems",
    load: () => import("./services/services.js"),
  },
  {
    name: "build",
    summary: "compile policies to a bundle of eBPF objects",
    load: () => import("./build/build.js"),
  },
  {
    name: "verify",
    summary: "check a bundle's programs in this kernel, packet by packet",
    load: () => import("./verify/verify.js"),
  },
  {
    name: "doctor",
    summary: "check whether polc works on this machine, and say what to change",
    load: () => import("./doctor/doctor.js"),
  },
  {
    name: "key",
    summary: "create keys, and sign and check bundles",
    load: () => import("./key/key.js"),
  },
  {
    name: "deploy",
    summary: "enforce a bundle on a cluster, or on this machine",
    load: () => import("./deploy/deploy.js"),
  },
  {
    name: "status",
    summary: "show what is enforced on this machine",
    load: () => import("./status/status.js"),
  },
  { name: "undeploy", summary: "remove what deploy installed", load: () => import("./undeploy/undeploy.js") },
  {
    name: "agent",
    summary: "enforce the cluster's policies on this node",
    load: () => import("./agent/agent.js"),
  },
  {
    name: "logs",
    summary: "follow this machine's log of allowed and denied connections",
    load: () => import("./logs/logs.js"),
  },
  {
    name: "lab",
    summary: "try policies on pods made of network namespaces, with real packets",
    load: () => import("./lab/lab.js"),
  },
  {
    name: "lsp",
    summary: "run the language server for editors",
    load: () => import("./lsp/lsp.js"),
  },
  {
    name: "init",
    summary: "create a configuration, a first policy, a hook and a CI file",
    load: () => import("./init/init.js"),
  },
  { name: "completion", summary: "print a shell's completion script", load: () => import("./completion.js") },
];
