import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .addHelpText(
      "after",
      `
Signed bundles: polc build --sign NAME.key. Agents that are given public keys enforce nothing else.

Rotation: make a new key, let the agents trust both (polc key trust old.pub new.pub | kubectl apply -f -), sign with
the new one, and when everything that is deployed is signed by it, trust it alone.`,
    )
    .action((_options, given: Command) => given.help({ error: true }));
  command
    .command("new")
    .summary("create NAME.key, which only its owner can read, and NAME.pub")
    .argument("<name>", "the path of both files, without .key and .pub")
    .action(lazily(() => import("./run.js").then(({ runNew }) => ({ run: runNew }))));
  command
    .command("id")
    .summary("print the id of a key")
    .argument("<file>", "a public or a private key")
    .action(lazily(() => import("./run.js").then(({ runId }) => ({ run: runId }))));
  command
    .command("sign")
    .summary("sign an existing bundle")
    .argument("<bundle>", "its folder")
    .argument("<keys...>", "private keys; env:NAME is the text of an environment variable")
    .action(lazily(() => import("./run.js").then(({ runSign }) => ({ run: runSign }))));
  command
    .command("verify")
    .summary("check that a bundle is signed by one of these keys")
    .argument("<bundle>", "its folder")
    .argument("<keys...>", "public keys")
    .action(lazily(() => import("./run.js").then(({ runVerify }) => ({ run: runVerify }))));
  command
    .command("trust")
    .summary("print the Secret that lets agents trust these keys, and no others")
    .argument("<keys...>", "public keys")
    .action(lazily(() => import("./run.js").then(({ runTrust }) => ({ run: runTrust }))));
}
