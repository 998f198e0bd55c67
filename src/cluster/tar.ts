/** Tar archives (POSIX ustar) of files, the same bytes for the same files: no times, owners or order of a file system. */
export interface TarFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** Defaults to 0644. */
  readonly mode?: number;
  /** A folder, without data; its name ends with a slash. */
  readonly folder?: true;
}

const BLOCK = 512;

/** The files in the order of their names. */
export function writeTar(files: readonly TarFile[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.flatMap((file) => [header(file), file.data, padding(file.data.length)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK);
}

function header({ name, data, mode = 0o644, folder }: TarFile): Buffer {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for a tar archive`);
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(data.length, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write(folder ? "5" : "0", 156);
  block.write("ustar\x0000", 257);
  block.write(`${octal(checksum(block), 7)} `, 148);
  return block;
}

/** Zero-terminated, as long as the field. */
function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, "0")}\0`.slice(0, length);
}

function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

/** What an archive holds, or in words why it is none of plain files in one folder. */
export function readTar(archive: Buffer): readonly TarFile[] | string {
  const files: TarFile[] = [];
  for (let at = 0; at + BLOCK <= archive.length;) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return files;
    const number = (from: number, to: number) => parseInt(text(block, from, to).trim(), 8);
    const [name, size] = [text(block, 0, 100), number(124, 136)];
    if (number(148, 156) !== checksum(block)) return "a header's checksum is wrong";
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name) || text(block, 345, 500) !== "")
      return `it holds a file ${JSON.stringify(name)}, which is no plain name`;
    if (!["0", ""].includes(text(block, 156, 157))) return `${name} is no plain file`;
    if (!Number.isSafeInteger(size) || size < 0 || at + BLOCK + size > archive.length) return "it is cut off";
    if (files.some((file) => file.name === name)) return `it holds ${name} twice`;
    files.push({ name, data: archive.subarray(at + BLOCK, at + BLOCK + size) });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return "it is cut off";
}

function text(block: Buffer, from: number, to: number): string {
  const field = block.subarray(from, to);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}
