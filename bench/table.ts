import Table from "cli-table3";

/** A plain table, numbers to the right: what a person reads and a document quotes. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const out = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (rows.every((row) => isNumeric(row[column])) ? "right" : "left")),
    style: { head: [], border: [], compact: true },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "|",
      "left-mid": "|",
      mid: "-",
      "mid-mid": "|",
      right: "|",
      "right-mid": "|",
      middle: "|",
    },
  });
  for (const row of rows) out.push(row.map(String));
  return out.toString();
}

function isNumeric(cell: string | number | undefined): boolean {
  return cell === undefined || cell === "" || /^[-\d.,]+x?$/.test(String(cell));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
