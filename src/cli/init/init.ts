import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { EXIT } from "../exit.js";
import type { Choices } from "./choices.js";

interface InitOptions {
  readonly language?: Choices["language"];
  readonly namespace?: string;
  readonly hook?: Choices["hook"];
  readonly ci?: Choices["ci"];
  readonly yes: boolean;
}

const DEFAULTS: Choices = { language: "yaml", namespace: "default", hook: "pre-commit", ci: "github" };

const ASKED = {
  language: { question: "Write policies in", choices: ["yaml", "typescript"] },
  hook: { question: "Lint before each commit by", choices: ["pre-commit", "husky", "lefthook", "none"] },
  ci: { question: "Lint in", choices: ["github", "gitlab", "none"] },
} as const;

export function define(command: Command): void {
  command
    .argument("[folder]", "where to begin", ".")
    .addOption(new Option("--language <language>", "of the first policy").choices(ASKED.language.choices))
    .option("--namespace <name>", "the namespace of the first policy", parseNamespace)
    .addOption(new Option("--hook <tool>", "what runs polc lint before a commit").choices(ASKED.hook.choices))
    .addOption(new Option("--ci <service>", "what runs polc lint for each change").choices(ASKED.ci.choices))
    .option("-y, --yes", "ask nothing; also so where there is no terminal", false)
    .addHelpText(
      "after",
      "\nWrites a configuration, a first policy, a hook and a CI file. A file that is there is never changed.",
    )
    .action(run);
}

function parseNamespace(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("It is no name of a namespace: lower-case letters, digits and -.");
}

async function run(folder: string, options: InitOptions): Promise<void> {
  const asks = !options.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  const choices = asks ? await ask(options) : { ...DEFAULTS, ...given(options) };
  const [{ initialFiles }, { writeNew }] = await Promise.all([
    import("./files.js"),
    import("../files/write_new.js"),
  ]);
  const results = writeNew(folder, initialFiles(choices));
  for (const { path, written } of results) process.stdout.write(`${written ? "wrote" : "kept "}  ${path}\n`);
  process.stdout.write(`\nNext: npx polc lint${nextStep(choices)}\n`);
  process.exitCode = EXIT.ok;
}

function nextStep({ hook }: Choices): string {
  return {
    "pre-commit": ", pre-commit install",
    husky: ", npx husky",
    lefthook: ", lefthook install",
    none: "",
  }[hook];
}

function given({ language, namespace, hook, ci }: InitOptions): Partial<Choices> {
  return {
    ...(language && { language }),
    ...(namespace && { namespace }),
    ...(hook && { hook }),
    ...(ci && { ci }),
  };
}

async function ask(options: InitOptions): Promise<Choices> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const choose = async <K extends keyof typeof ASKED>(key: K): Promise<Choices[K]> => {
      const known = options[key];
      if (known) return known as Choices[K];
      const { question, choices } = ASKED[key];
      for (;;) {
        const answer = (
          await terminal.question(`${question} (${choices.join(", ")}) [${DEFAULTS[key]}] `)
        ).trim();
        if (answer === "") return DEFAULTS[key];
        if ((choices as readonly string[]).includes(answer)) return answer as Choices[K];
      }
    };
    return {
      language: await choose("language"),
      namespace: options.namespace ?? DEFAULTS.namespace,
      hook: await choose("hook"),
      ci: await choose("ci"),
    };
  } finally {
    terminal.close();
  }
}
