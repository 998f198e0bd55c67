/**
 * Evaluates policy files in QuickJS, in a thread of its own: a built-in function that never returns can only be ended
 * from outside. Only text crosses the border, both ways. Nothing here imports another file of polc, so that the thread
 * also starts from a checkout's source text.
 */
import { parentPort, workerData } from "node:worker_threads";
import {
  DefaultIntrinsics,
  RELEASE_SYNC,
  newQuickJSWASMModuleFromVariant,
  newVariant,
} from "quickjs-emscripten";
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten";

/** The part of the WebAssembly interface that is used here; its types come with the DOM's, which polc does without. */
declare namespace WebAssembly {
  class Memory {
    constructor(pages: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class RuntimeError extends Error {}
}

export interface SandboxModule {
  readonly code: string;
  /** Module names by specifier: all that this module may import. */
  readonly imports: Readonly<Record<string, string>>;
}

export interface SandboxTask {
  readonly modules: Readonly<Record<string, SandboxModule>>;
  /** Run in every sandbox before the first root; exports `collect` and `describe`. */
  readonly prelude: string;
  /** The modules to evaluate, in order. */
  readonly roots: readonly string[];
  readonly timeMs: number;
  readonly memoryPages: number;
  readonly stackBytes: number;
  readonly resultLength: number;
}

export type Outcome =
  | { readonly kind: "done"; readonly sandbox: number; readonly json: string }
  /** `thrown` is JSON by guest/collect.ts, of text that the policy file chose. */
  | { readonly kind: "thrown"; readonly thrown: string }
  | { readonly kind: "pending" | "too-long" }
  | { readonly kind: "time" | "memory" | "stack"; readonly thrown?: string };

export type SandboxMessage =
  | { readonly type: "begin"; readonly root: number }
  | { readonly type: "outcome"; readonly root: number; readonly outcome: Outcome }
  | { readonly type: "end" };

const task = workerData as SandboxTask;
const send = (message: SandboxMessage) => parentPort!.postMessage(message);

/** One interpreter with a memory of its own. */
class Sandbox {
  expired = false;
  /** In milliseconds of `processorMs`. */
  private deadline: number;
  private collect!: QuickJSHandle;
  private describe!: QuickJSHandle;
  /** Freed when an evaluation fails, so that a full memory can still say where. */
  private readonly reserve: QuickJSHandle;

  private constructor(
    private readonly number: number,
    private readonly memory: WebAssembly.Memory,
    private readonly runtime: QuickJSRuntime,
    private readonly context: QuickJSContext,
    deadline: number,
  ) {
    this.deadline = deadline;
    this.reserve = context.newArrayBuffer(new ArrayBuffer(1 << 20));
  }

  static async create(number: number, deadline: number): Promise<Sandbox> {
    const memory = new WebAssembly.Memory({ initial: 256, maximum: task.memoryPages });
    const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: memory }));
    const runtime = quickjs.newRuntime();
    runtime.setMaxStackSize(task.stackBytes);
    runtime.setModuleLoader(
      (name) => task.modules[name]?.code ?? { error: new Error(`no module ${name}`) },
      (from, specifier) => importOf(from, specifier),
    );
    const context = runtime.newContext({ intrinsics: { ...DefaultIntrinsics, BigInt: true } });
    const sandbox = new Sandbox(number, memory, runtime, context, deadline);
    const prelude = sandbox.settle(`export * from ${JSON.stringify(task.prelude)}`);
    if (prelude.kind !== "value") throw new Error(`the sandbox did not start: ${JSON.stringify(prelude)}`);
    sandbox.collect = context.getProp(prelude.value, "collect");
    sandbox.describe = context.getProp(prelude.value, "describe");
    runtime.setInterruptHandler(() => (sandbox.expired ||= processorMs() > sandbox.deadline));
    return sandbox;
  }

  evaluate(root: string): Outcome {
    const exports = this.settle(`import * as exports from ${JSON.stringify(root)}; export { exports }`);
    if (exports.kind === "pending") return { kind: "pending" };
    if (exports.kind === "thrown") return this.failure(exports.value);
    const { context } = this;
    const called = exports.value.consume((handle) =>
      context
        .getProp(handle, "exports")
        .consume((all) => context.callFunction(this.collect, context.undefined, all)),
    );
    if (called.error) return this.failure(called.error);
    return called.value.consume((text) => {
      const length = context.getProp(text, "length").consume((handle) => context.getNumber(handle));
      if (!(length <= task.resultLength)) return { kind: "too-long" };
      return { kind: "done", sandbox: this.number, json: context.getString(text) };
    });
  }

  /** Runs module code, and what it awaits, to its end. */
  private settle(code: string): { kind: "value" | "thrown"; value: QuickJSHandle } | { kind: "pending" } {
    const evaluated = this.context.evalCode(code, "polc:main", { type: "module" });
    if (evaluated.error) return { kind: "thrown", value: evaluated.error };
    for (;;) {
      const state = this.context.getPromiseState(evaluated.value);
      if (state.type === "fulfilled") return { kind: "value", value: state.value };
      if (state.type === "rejected") return { kind: "thrown", value: state.error };
      if (!this.runtime.hasPendingJob()) return { kind: "pending" };
      const ran = this.runtime.executePendingJobs(100);
      if (ran.error) return { kind: "thrown", value: ran.error };
      if ((this.expired ||= processorMs() > this.deadline))
        return { kind: "thrown", value: this.context.undefined };
    }
  }

  private failure(thrown: QuickJSHandle): Outcome {
    const { expired } = this;
    // Describing may call getters of the policy file; after the deadline it must still say where that was.
    this.deadline = Math.max(this.deadline, processorMs() + 100);
    this.expired = false;
    if (this.reserve.alive && this.isFull()) this.reserve.dispose();
    const described = this.context.callFunction(this.describe, this.context.undefined, thrown);
    const text = described.error ? undefined : this.context.getString(described.value);
    if (expired) return { kind: "time", ...(text && { thrown: text }) };
    if (text === undefined) return { kind: this.isFull() ? "memory" : "thrown", thrown: "{}" };
    const { name, message } = JSON.parse(text) as { name?: string; message?: string };
    if (name === "InternalError" && message === "out of memory") return { kind: "memory", thrown: text };
    if (name === "InternalError" && message === "stack overflow") return { kind: "stack", thrown: text };
    if (name === undefined && this.isFull()) return { kind: "memory", thrown: text };
    return { kind: "thrown", thrown: text };
  }

  private isFull(): boolean {
    return this.memory.buffer.byteLength >= (task.memoryPages - 16) * 65536;
  }
}

function importOf(from: string, specifier: string): string | { error: Error } {
  if (from === "polc:main") return specifier;
  const imports = task.modules[from]?.imports;
  const name = imports && Object.hasOwn(imports, specifier) ? imports[specifier] : undefined;
  return name ?? { error: new Error(`a policy file cannot import "${specifier}"`) };
}

/** After its limits a sandbox is not used again: the next file gets a new one. */
async function run(): Promise<void> {
  const deadline = processorMs() + task.timeMs;
  let sandbox: Sandbox | undefined;
  let made = 0;
  for (const [root, name] of task.roots.entries()) {
    send({ type: "begin", root });
    let outcome: Outcome;
    try {
      sandbox ??= await Sandbox.create(made++, deadline);
      outcome = sandbox.evaluate(name);
    } catch (error) {
      // The interpreter itself ended: V8's stack under it, or its memory.
      if (!(error instanceof RangeError || error instanceof WebAssembly.RuntimeError)) throw error;
      outcome = { kind: error instanceof RangeError ? "stack" : "memory" };
    }
    send({ type: "outcome", root, outcome });
    if (outcome.kind === "time") break;
    if (outcome.kind === "memory" || outcome.kind === "stack") sandbox = undefined;
  }
  send({ type: "end" });
}

/**
 * Milliseconds that this process has had a processor. Limits are of this time, since a machine that is busy with other work must not
 * make a good policy file an error. While a sandbox evaluates, the other threads of the process wait for it.
 */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

void run();
