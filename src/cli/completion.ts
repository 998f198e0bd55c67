import { Argument, Command } from "commander";
import type { CommandEntry } from "./command.js";

const SHELLS = ["bash", "zsh", "fish"] as const;

type Shell = (typeof SHELLS)[number];

export function define(command: Command, all: readonly CommandEntry[]): void {
  command
    .addArgument(new Argument("<shell>", "the shell to complete for").choices(SHELLS))
    .addHelpText(
      "after",
      `
Add this to your shell's startup file:
  bash  source <(polc completion bash)         in ~/.bashrc
  zsh   source <(polc completion zsh)          in ~/.zshrc, after compinit
  fish  polc completion fish | source          in ~/.config/fish/config.fish`,
    )
    .action(async (shell: Shell) => {
      process.stdout.write(completionScript(shell, await described(all)));
    });
}

export interface Described {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly summary: string;
    readonly choices: readonly string[];
  }[];
}

/** Every command with its options, taken from commander, so that new options are completed automatically. */
async function described(all: readonly CommandEntry[]): Promise<readonly Described[]> {
  return Promise.all(
    all.map(async ({ name, summary, load }) => {
      const command = new Command(name);
      (await load()).define(command, all);
      const options = command.options.map(({ short, long, description, argChoices }) => ({
        flags: [short, long].filter((flag) => flag !== undefined),
        summary: description,
        choices: argChoices ?? [],
      }));
      return { name, summary, options };
    }),
  );
}

function completionScript(shell: Shell, commands: readonly Described[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

function flagsOf({ options }: Described): readonly string[] {
  return [...options.flatMap(({ flags }) => flags), "--help"];
}

function bashScript(commands: readonly Described[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ flags, choices }) =>
          `    ${flags.map((flag) => `${name}:${flag}`).join("|")}) COMPREPLY=($(compgen -W '${choices.join(" ")}' -- "$word")); return;;`,
      ),
  );
  const flags = commands.map((each) => `    ${each.name}) flags='${flagsOf(each).join(" ")}';;`);
  return `_polc() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(" ")} help --help --version' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}:$before" in
${values.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${flags.join("\n")}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word"));;
    *) COMPREPLY=($(compgen -f -- "$word"));;
  esac
}
complete -o filenames -F _polc polc
`;
}

function zshScript(commands: readonly Described[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map(
    (each) =>
      `    ${each.name}) _arguments ${each.options.flatMap(zshOptions).join(" ")} ${quoted("*:file:_files")};;`,
  );
  return `#compdef polc
_polc() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _polc polc
`;
}

function zshOptions({ flags, summary, choices }: Described["options"][number]): readonly string[] {
  const text = summary.replaceAll(/[[\]:]/g, " ");
  const value = choices.length > 0 ? `:value:(${choices.join(" ")})` : "";
  return flags.map((flag) => quoted(`${flag}[${text}]${value}`));
}

function fishScript(commands: readonly Described[]): string {
  const names = commands.map(
    ({ name, summary }) => `complete -c polc -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
  );
  const options = commands.flatMap(({ name, options }) =>
    options.map(({ flags, summary, choices }) => {
      const named = flags.map((flag) =>
        flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : "";
      return `complete -c polc -n '__fish_seen_subcommand_from ${name}' ${named.join(" ")}${values} -d ${quoted(summary)}`;
    }),
  );
  return `${[...names, ...options].join("\n")}\n`;
}

/** In single quotes, with inner ones escaped as all these shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
