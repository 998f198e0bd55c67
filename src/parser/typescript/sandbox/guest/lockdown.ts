/**
 * Run in the sandbox before any policy file: takes away what is not hermetic, says why when it is used, and freezes the
 * language's own objects, so that no policy file can change what another one or the surface sees.
 */
import * as surface from "../../../../dsl/index.js";

type Globals = Record<string, unknown>;
const globals = globalThis as unknown as Globals;

function refuse(message: string): (...ignored: unknown[]) => never {
  return function () {
    throw new Error(message);
  };
}

const noClock = refuse("a policy file has no clock");
Object.assign(noClock, { now: noClock, parse: noClock, UTC: noClock });
globals["Date"] = noClock;
Math.random = refuse("a policy file has no randomness");

const noEval = refuse("a policy file cannot evaluate text as code");
globals["eval"] = noEval;
globals["Function"] = noEval;
const makers = [function () {}, async function () {}, function* () {}, async function* () {}];
for (const maker of makers)
  Object.defineProperty(Object.getPrototypeOf(maker), "constructor", { value: noEval });

// Garbage collection and other threads are not deterministic.
for (const name of ["WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics"]) delete globals[name];

const iterators = [
  [][Symbol.iterator](),
  new Map().entries(),
  new Set().entries(),
  ""[Symbol.iterator](),
  "".matchAll(/./g),
];
const frozen = new Set<unknown>();

function freeze(value: unknown): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || frozen.has(value))
    return;
  frozen.add(value);
  freeze(Object.getPrototypeOf(value));
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key)!;
    for (const part of [descriptor.value, descriptor.get, descriptor.set]) freeze(part);
  }
  Object.freeze(value);
}

for (const root of [...makers, ...iterators, globalThis, ...Object.values(surface)]) freeze(root);
