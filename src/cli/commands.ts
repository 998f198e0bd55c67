import type { CommandEntry } from "./command.js";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "lint",
    summary: "check policy files and prove which rules never decide",
    load: () => import("./lint/lint.js"),
  },
  {
    name: "rules",
    summary: "list the rules of the linter, or show the page of one",
    load: () => import("./rules/rules.js"),
  },
  {
    name: "explain",
    summary: "say whether a flow is allowed, and which rules decide",
    load: () => import("./explain/explain.js"),
  },
  {
    name: "test",
    summary: "prove claims about what can reach what, or show the packet that breaks them",
    load: () => import("./test/test.js"),
  },
  {
    name: "diff",
    summary: "show which connections a change opens and closes",
    load: () => import("./diff/diff.js"),
  },
  {
    name: "convert",
    summary: "write policies of TypeScript as YAML, and those of YAML as TypeScript",
    load: () => import("./convert/convert.js"),
  },
  {
    name: "build",
    summary: "compile policies to eBPF objects and a manifest",
    load: () => import("./build/build.js"),
  },
  {
    name: "verify",
    summary: "run built objects in this kernel against the reference semantics",
    load: () => import("./verify/verify.js"),
  },
  { name: "deploy", summary: "install a bundle", load: () => import("./deploy/deploy.js") },
  {
    name: "status",
    summary: "show what is enforced on this machine",
    load: () => import("./status/status.js"),
  },
  { name: "undeploy", summary: "remove what deploy installed", load: () => import("./undeploy/undeploy.js") },
  { name: "logs", summary: "follow the verdict log of this machine", load: () => import("./logs/logs.js") },
  {
    name: "lab",
    summary: "run policies on pods made of network namespaces, with real packets",
    load: () => import("./lab/lab.js"),
  },
  {
    name: "lsp",
    summary: "serve editors over the language server protocol",
    load: () => import("./lsp/lsp.js"),
  },
  {
    name: "init",
    summary: "begin: a configuration, a first policy, a hook and a CI file",
    load: () => import("./init/init.js"),
  },
  { name: "completion", summary: "print completions for a shell", load: () => import("./completion.js") },
];
