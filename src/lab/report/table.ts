/** The reachability table: rows are where connections come from, columns where they go. */
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { ProbedCell } from "../probe/cells.js";
import type { ServedPort } from "../probe/probe_process.js";

export interface TableEndpoint {
  readonly name: string;
  /** What it listens on: a column shows these ports one by one, and all other probed ports together. */
  readonly ports: readonly ServedPort[];
}

/** Text with escapes, and the columns that it takes on a terminal. */
interface Painted {
  readonly text: string;
  readonly length: number;
}

interface Column {
  readonly heading: readonly string[];
  readonly rows: readonly Painted[];
  readonly width: number;
}

const FROM_TO = "   from, to:";
const GAP = 2;
const LABEL_MAX = 36;

/** Rows and columns have the same numbers. Columns that do not fit beside the others are a table of their own below. */
export function reachabilityTable(
  endpoints: readonly TableEndpoint[],
  cells: readonly ProbedCell[],
  width: number,
  colors: Colors,
): string {
  const pairs = groupByPair(cells);
  const labels = rowLabels(endpoints.map(({ name }) => name));
  const labelWidth = Math.max(...[FROM_TO, ...labels].map((label) => label.length));
  const columns = endpoints.map((to, index) =>
    columnOf(
      index,
      to,
      endpoints.map((from) =>
        from === to ? plain("·") : cellOf(pairs.get(`${from.name} ${to.name}`) ?? [], to, colors),
      ),
    ),
  );
  const blocks = sideBySide(columns, Math.max(width - labelWidth, 20));
  const tables = blocks.map((block) => tableOf(block, labels, labelWidth, colors));
  return `${tables.join("\n\n")}\n\n${legend(colors)}\n`;
}

function tableOf(
  block: readonly Column[],
  labels: readonly string[],
  labelWidth: number,
  colors: Colors,
): string {
  const lines = Math.max(...block.map(({ heading }) => heading.length));
  const headings = Array.from({ length: lines }, (_, line) => {
    const left = (line === 0 ? FROM_TO : line === 1 ? "   port:" : "").padEnd(labelWidth);
    return colors
      .bold(left + block.map((column) => padded(plain(column.heading[line] ?? ""), column.width)).join(""))
      .trimEnd();
  });
  const rows = labels.map((label, row) => {
    const text = block.map((column) => padded(column.rows[row]!, column.width)).join("");
    return `${label.padEnd(labelWidth)}${text}`.trimEnd();
  });
  return [...headings, ...rows].join("\n");
}

function columnOf(index: number, to: TableEndpoint, rows: readonly Painted[]): Column {
  const heading = [`${index + 1}`, ...to.ports.map(portName)];
  const content = Math.max(...rows.map(({ length }) => length));
  const width = GAP + Math.max(content, ...heading.map((text) => text.length));
  return {
    heading,
    rows: rows.map(({ text, length }) => ({ text: text + " ".repeat(content - length), length: content })),
    width,
  };
}

function sideBySide(columns: readonly Column[], room: number): Column[][] {
  const blocks: Column[][] = [];
  let used = Infinity;
  for (const column of columns) {
    if (used + column.width > room) {
      blocks.push([]);
      used = 0;
    }
    blocks.at(-1)!.push(column);
    used += column.width;
  }
  return blocks;
}

/** One sign for each port that the destination listens on, then one for all others. */
function cellOf(cells: readonly ProbedCell[], to: TableEndpoint, colors: Colors): Painted {
  if (cells.length === 0) return plain("?");
  const own = to.ports.map((port) =>
    cells.filter((cell) => cell.port === port.port && cell.protocol === port.protocol),
  );
  const others = cells.filter((cell) => !own.some((group) => group.includes(cell)));
  const signs = own.filter((group) => group.length > 0).map((group) => signOf(group, colors));
  if (others.length > 0) signs.push(othersSign(others, own.length === 0, colors));
  if (cells.some((cell) => cell.found !== cell.expected))
    signs.push({ text: colors.inverse(colors.red("!")), length: 1 });
  return {
    text: signs.map(({ text }) => text).join(""),
    length: signs.reduce((sum, { length }) => sum + length, 0),
  };
}

/** One port over both families. */
function signOf(cells: readonly ProbedCell[], colors: Colors): Painted {
  if (cells.some((cell) => cell.found === "error")) return { text: colors.yellow("?"), length: 1 };
  const passing = cells.filter((cell) => cell.found === "allow");
  if (passing.length === cells.length) return { text: colors.green("✓"), length: 1 };
  if (passing.length === 0) return { text: colors.red("✗"), length: 1 };
  return { text: colors.yellow(String(passing[0]!.family)), length: 1 };
}

/** The other ports: nothing where none passes, unless that is all there is to say. */
function othersSign(cells: readonly ProbedCell[], alone: boolean, colors: Colors): Painted {
  const passing = cells.filter((cell) => cell.found === "allow").length;
  if (passing === 0) return alone ? { text: colors.red("✗"), length: 1 } : plain(" ");
  return { text: colors.green(passing === cells.length ? (alone ? "✓" : "+") : "~"), length: 1 };
}

function legend({ green, red, yellow, inverse }: Colors): string {
  return [
    `${green("✓")} connects  ${red("✗")} nothing comes back  · itself, which no policy forbids  ${yellow("4")} ${yellow("6")} only over this family of addresses  ` +
      `${inverse(red("!"))} not what the policies say`,
    `after the destination's own ports: ${green("+")} every other probed port passes too, ${green("~")} some of them do`,
  ].join("\n");
}

function rowLabels(names: readonly string[]): string[] {
  const digits = String(names.length).length;
  return names.map(
    (name, index) => `${String(index + 1).padStart(Math.max(digits, 2))} ${shortened(printable(name))}`,
  );
}

function shortened(name: string): string {
  return name.length <= LABEL_MAX ? name : `${name.slice(0, LABEL_MAX - 1)}…`;
}

function portName({ protocol, port }: ServedPort): string {
  return protocol === "TCP" ? String(port) : `${port}/${protocol.toLowerCase()}`;
}

function padded({ text, length }: Painted, width: number): string {
  return " ".repeat(Math.max(GAP, width - length)) + text;
}

function plain(text: string): Painted {
  return { text, length: text.length };
}

function groupByPair(cells: readonly ProbedCell[]): Map<string, ProbedCell[]> {
  const pairs = new Map<string, ProbedCell[]>();
  for (const cell of cells) {
    const key = `${cell.from} ${cell.to}`;
    const group = pairs.get(key);
    if (group) group.push(cell);
    else pairs.set(key, [cell]);
  }
  return pairs;
}
