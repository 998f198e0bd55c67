import { InvalidArgumentError } from "commander";

/** Parses the value of an option that counts something. */
export function positiveNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Not a positive whole number.");
  return Number(text);
}
