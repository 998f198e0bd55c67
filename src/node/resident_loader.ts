/** `polc-loader serve`: a loader that stays, and is told one state after the other. */
import type { LoaderState } from "../state/loader_state.js";
import type { Failure } from "./failure.js";
import { isFailure } from "./failure.js";
import type { LoaderStream } from "./loader.js";
import { streamLoader } from "./loader.js";

export type Answer =
  | { readonly kind: "in-force"; readonly generation: number; readonly problems: readonly string[] }
  /** What was in force still is. */
  | { readonly kind: "refused"; readonly failure: Failure }
  /** The loader has ended: it may have put the state in force before. */
  | { readonly kind: "gone"; readonly failure: Failure };

/** What the second tier has become since it was told last. */
export interface Specialised {
  /** Program pairs that were loaded. */
  readonly loaded: number;
  /** Policy sets whose own code the kernel refused, in words: their tables decide. */
  readonly refused: readonly string[];
}

interface Line {
  readonly generation?: number;
  readonly problems?: readonly string[];
  readonly error?: string;
  readonly help?: string;
  readonly specialised?: number;
  readonly failed?: readonly Failure[];
}

export class ResidentLoader {
  /** Resolves when it has ended. */
  readonly ended: Promise<Failure>;
  private waiting: ((answer: Answer) => void) | undefined;
  private over: Failure | undefined;

  private constructor(
    private readonly stream: LoaderStream,
    private readonly onSpecialised: (specialised: Specialised) => void,
  ) {
    this.ended = stream.ended.then((failure) => {
      this.over = failure ?? { error: "polc-loader serve has ended" };
      this.answer({ kind: "gone", failure: this.over });
      return this.over;
    });
  }

  static start(
    instance: string,
    netns: string | undefined,
    onSpecialised: (specialised: Specialised) => void,
  ): ResidentLoader | Failure {
    const onLine = (line: unknown) => started?.read(line as Line);
    let started: ResidentLoader | undefined;
    const stream = streamLoader(["serve", "--instance", instance], onLine, netns, true);
    if (isFailure(stream)) return stream;
    return (started = new ResidentLoader(stream, onSpecialised));
  }

  /** One at a time: a state that is sent waits for its answer. */
  async send(state: LoaderState): Promise<Answer> {
    if (this.over) return { kind: "gone", failure: this.over };
    const answered = new Promise<Answer>((resolve) => (this.waiting = resolve));
    this.stream.write(`${JSON.stringify(state)}\n`);
    return answered;
  }

  /** Ends it; what is in force stays so. */
  async stop(): Promise<void> {
    this.stream.end();
    await this.stream.stop();
  }

  private read({ generation, problems = [], error, help, specialised, failed = [] }: Line): void {
    if (specialised !== undefined)
      this.onSpecialised({ loaded: specialised, refused: failed.map((failure) => failure.error) });
    else if (error !== undefined)
      this.answer({ kind: "refused", failure: { error, ...(help !== undefined && { help }) } });
    else if (generation !== undefined) this.answer({ kind: "in-force", generation, problems });
  }

  private answer(answer: Answer): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }
}
