import { createInterface } from "node:readline/promises";
import { EXIT } from "../exit.js";
import { writeNew } from "../files/write_new.js";
import { CHOICES } from "./choices.js";
import type { Choices } from "./choices.js";
import { initialFiles } from "./files.js";

type InitOptions = Partial<Choices> & { readonly yes: boolean };

const DEFAULTS: Choices = { language: "yaml", namespace: "default", hook: "pre-commit", ci: "github" };

const QUESTIONS: Readonly<Record<keyof typeof CHOICES, string>> = {
  language: "Write policies in",
  hook: "Lint before each commit by",
  ci: "Lint in",
};

export async function run(folder: string, { yes, ...given }: InitOptions): Promise<number> {
  const asks = !yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  const choices = { ...DEFAULTS, ...given, ...(asks && (await ask(given))) };
  const results = writeNew(folder, initialFiles(choices));
  for (const { path, written } of results) process.stdout.write(`${written ? "wrote" : "kept "}  ${path}\n`);
  process.stdout.write(`\nNext: npx polc lint${nextStep(choices)}\n`);
  return EXIT.ok;
}

function nextStep({ hook }: Choices): string {
  return {
    "pre-commit": ", pre-commit install",
    husky: ", npx husky",
    lefthook: ", lefthook install",
    none: "",
  }[hook];
}

/** Asks for choices that no option made. */
async function ask(given: Partial<Choices>): Promise<Partial<Choices>> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const choose = async <K extends keyof typeof CHOICES>(key: K): Promise<Choices[K]> => {
    const question = `${QUESTIONS[key]} (${CHOICES[key].join(", ")}) [${DEFAULTS[key]}] `;
    for (;;) {
      const answer = given[key] ?? (await terminal.question(question)).trim();
      if (answer === "") return DEFAULTS[key];
      if ((CHOICES[key] as readonly string[]).includes(answer)) return answer as Choices[K];
    }
  };
  try {
    return { language: await choose("language"), hook: await choose("hook"), ci: await choose("ci") };
  } finally {
    terminal.close();
  }
}
