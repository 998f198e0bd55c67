/** One line that is written over, for people who wait. */
export function progressOf(doing: string): (done: number, total: number) => void {
  return (done, total) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(done < total ? `\r${doing} ${done}/${total}` : "\r\x1b[K");
  };
}
