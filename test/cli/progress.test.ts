import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Progress } from "../../src/cli/progress.js";

let written = "";
beforeEach(() => {
  written = "";
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((written += String(text)), true));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Four steps a second for this long. */
function work(progress: Progress, seconds: number): void {
  for (let step = 1; step <= seconds * 4; step++) {
    vi.advanceTimersByTime(250);
    progress.show(`${step} of ${seconds * 4}`);
  }
  progress.end();
}

test("a terminal has one line that is written over, and none when it is over", () => {
  work(new Progress(false, true), 1);
  expect(written).toBe("\r\x1b[K1 of 4\r\x1b[K2 of 4\r\x1b[K3 of 4\r\x1b[K4 of 4\r\x1b[K");
});

test("a terminal does not get more changes than can be seen", () => {
  const progress = new Progress(false, true);
  for (let step = 0; step < 1000; step++) progress.show(String(step));
  expect(written).toBe("\r\x1b[K0");
});

test("elsewhere there is a line every five seconds, and none of what takes less", () => {
  work(new Progress(false, false), 4);
  expect(written).toBe("");
  work(new Progress(false, false), 11);
  expect(written).toBe("20 of 44\n40 of 44\n");
});

test("a quiet one says nothing", () => {
  work(new Progress(true, true), 20);
  work(new Progress(true, false), 20);
  expect(written).toBe("");
});
