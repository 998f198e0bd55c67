import type { Colors } from "../../source/pretty.js";

/** A rule's page, which is Markdown, as a terminal shows it: headings, code and emphasis without their marks. */
export function renderPage(markdown: string, colors: Colors): string {
  let code = false;
  const lines: string[] = [];
  for (const line of markdown.trimEnd().split("\n")) {
    const heading = /^#+ (.*)$/.exec(line);
    if (line.startsWith("```")) code = !code;
    else if (code) lines.push(line === "" ? "" : colors.cyan(`    ${line}`));
    else if (heading) lines.push(colors.bold(heading[1]!));
    else lines.push(inline(line, colors));
  }
  return lines.join("\n");
}

function inline(line: string, colors: Colors): string {
  return line
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])[_*]([^_*]+)[_*](?![\w*])/g, (_, code, strong, soft) =>
      code !== undefined
        ? colors.cyan(code as string)
        : strong !== undefined
          ? colors.bold(strong as string)
          : (soft as string),
    );
}
