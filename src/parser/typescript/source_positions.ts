import type TS from "typescript";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

interface Segment {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

/** A source map (ECMA-426, one source) read backwards: from a place in generated code to an offset of the source. */
export class SourcePositions {
  private segments: Segment[] | undefined;

  /** @param shift columns put before the first line after the map was made */
  constructor(
    private readonly map: string,
    private readonly source: TS.SourceFile,
    private readonly shift: number,
  ) {}

  /** Line and column from 1, as stack traces count; undefined if nothing before it on its line is mapped. */
  offset(line: number, column: number): number | undefined {
    this.segments ??= decode((JSON.parse(this.map) as { mappings: string }).mappings);
    const at = line === 1 ? column - 1 - this.shift : column - 1;
    let found: Segment | undefined;
    for (const segment of this.segments)
      if (segment.line === line - 1 && segment.column <= at) found = segment;
    const starts = this.source.getLineStarts();
    const start = found && starts[found.sourceLine];
    return start === undefined ? undefined : Math.min(start + found!.sourceColumn, this.source.text.length);
  }
}

function decode(mappings: string): Segment[] {
  const segments: Segment[] = [];
  let sourceLine = 0;
  let sourceColumn = 0;
  for (const [line, text] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of text.split(",")) {
      const [columns, , sourceLines, sourceColumns] = numbers(segment);
      if (columns === undefined) continue;
      column += columns;
      sourceLine += sourceLines ?? 0;
      sourceColumn += sourceColumns ?? 0;
      segments.push({ line, column, sourceLine, sourceColumn });
    }
  }
  return segments;
}

/** Base 64 VLQ: five bits a digit, the lowest first, the sign in the lowest bit of the first. */
function numbers(segment: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    values.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return values;
}
