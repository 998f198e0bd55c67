/** What a policy set's compiled code answers, read from the set itself and from the bytes that the code is given. */
import type { Layout } from "../../src/codegen/layout.js";
import type { PolicySet, TierRules } from "../../src/codegen/policy_set.js";
import { rulesOf } from "../../src/codegen/policy_set.js";
import type { Direction, NetworkPolicy, Protocol, Rule } from "../../src/ir/policy.js";
import type { Outcome } from "./played_loader.js";
import { numbered } from "./played_loader.js";

const NUMBERS: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

type Numbered = ReturnType<typeof numbered>;

export class InterpretedSet {
  private readonly subject: Numbered;
  private readonly peer: Numbered;

  constructor(
    private readonly set: PolicySet,
    private readonly layout: Layout,
    subject: Buffer,
    peer: Buffer,
  ) {
    this.subject = numbered(subject, 0, layout.subjectWords, layout.namedSlots);
    this.peer = numbered(peer, 0, layout.termWords, layout.namedSlots);
  }

  static peerSize({ termWords, namedSlots }: Layout): number {
    return 8 * termWords + 2 * namedSlots;
  }

  outcome(direction: Direction, proto: number, port: number): Outcome {
    const tier = (rules: readonly TierRules[]) => this.firstMatch(rules, direction, proto, port);
    const open = { allow: true, rule: 0, logged: false };
    const admin = tier(this.set.admin);
    if (admin && admin.rule.action !== "pass") return this.named([admin], admin.rule.action === "allow");
    const isolating = this.set.networkPolicies.filter(
      (policy) => policy.isolates[direction] && this.selects(policy.subject),
    );
    if (isolating.length > 0) return this.additive(isolating, direction, proto, port);
    const baseline = tier(this.set.baseline);
    return baseline && baseline.rule.action !== "pass"
      ? this.named([baseline], baseline.rule.action === "allow")
      : open;
  }

  private additive(
    isolating: readonly NetworkPolicy[],
    direction: Direction,
    proto: number,
    port: number,
  ): Outcome {
    const matching = isolating.flatMap((policy) =>
      policy.rules
        .filter((rule) => rule.direction === direction && this.matches(rule, proto, port))
        .map((rule) => ({ policy, rule })),
    );
    if (matching.length > 0) return this.named(matching, true);
    return { allow: false, rule: 0, logged: isolating.some(({ logged }) => logged) };
  }

  private named(
    matching: readonly { readonly policy: { readonly logged: boolean }; readonly rule: Rule }[],
    allow: boolean,
  ): Outcome {
    const logged = matching.find(({ policy, rule }) => policy.logged || rule.logged);
    const rule = (logged ?? matching[0]!).rule;
    return { allow, rule: rulesOf(this.set).indexOf(rule) + 1, logged: logged !== undefined };
  }

  private firstMatch(tier: readonly TierRules[], direction: Direction, proto: number, port: number) {
    for (const { policy, rules } of tier)
      for (const rule of rules)
        if (rule.direction === direction && this.selects(rule.subject) && this.matches(rule, proto, port))
          return { policy, rule };
    return undefined;
  }

  private selects(subject: Rule["subject"]): boolean {
    return this.subject.bits.has(this.layout.subjectBit(subject));
  }

  private matches({ direction, peers, ports }: Rule, proto: number, port: number): boolean {
    const destination = direction === "egress" ? this.peer : this.subject;
    return (
      (!peers || peers.some((peer) => this.peer.bits.has(this.layout.termBit(peer)))) &&
      (!ports ||
        ports.some((each) => {
          if (NUMBERS[each.protocol] !== proto) return false;
          if (each.kind === "range") return each.from <= port && port <= each.to;
          const number = destination.ports[this.layout.namedSlot(each)]!;
          return number !== 0 && number === port;
        }))
    );
  }
}
