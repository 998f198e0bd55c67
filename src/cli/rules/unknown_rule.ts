import type { Rule } from "../../lint/rule.js";
import { nearestName } from "../../source/nearest_name.js";
import { fail } from "../fail.js";

export function failUnknownRule(command: string, name: string, rules: readonly Rule[]): number {
  const nearest = nearestName(
    name,
    rules.map((rule) => rule.name),
  );
  const help = nearest ? `did you mean ${nearest}?` : "polc rules lists the rules";
  return fail(command, `unknown rule ${name}`, { help });
}
