/** Ends of sentences, selectors and ports as policy files write them. */
import type { LabelSelector, Peer, PodMatch, PortMatch, Requirement } from "../../ir/policy.js";
import { contentOf } from "../../analysis/sides/content.js";
import { podsKey } from "../../parser/typescript/lower/cover.js";
import type { Vocabulary } from "./vocabulary.js";
import { call, fields, list, member, string, text, chained } from "./expression.js";
import type { Expression } from "./expression.js";
import { internetParts } from "./internet.js";

/** Undefined: anywhere. */
export function endOf(peers: readonly Peer[] | undefined, vocabulary: Vocabulary): Expression {
  if (!peers) return text("anywhere");
  const internet = internetParts(peers);
  const members = peers.flatMap((peer) => {
    if (!internet.includes(peer)) return [peerExpression(peer, vocabulary)];
    return peer === internet[0] ? [text("internet")] : [];
  });
  const [only, ...others] = members;
  return only && others.length === 0 ? only : list(members);
}

function peerExpression(peer: Peer, vocabulary: Vocabulary): Expression {
  const constant = vocabulary.constants.get(contentOf(peer));
  return constant === undefined ? spelledOut(peer, vocabulary) : text(constant);
}

export function spelledOut(peer: Peer, vocabulary: Vocabulary): Expression {
  if (peer.kind === "pods") return podsExpression(peer, vocabulary);
  const except = peer.except.map(({ text: block }) => string(block));
  return call(
    "cidr",
    string(peer.cidr.text),
    ...(except.length > 0 ? [fields([["except", list(except)]])] : []),
  );
}

export function podsExpression(match: PodMatch, vocabulary: Vocabulary): Expression {
  const { namespaces, pods } = match;
  const every = pods.requirements.length === 0;
  if (namespaces.kind === "name") {
    const { variable, members } = vocabulary.names.get(namespaces.name)!;
    return member(variable, every ? "everyPod" : members.get(podsKey(match))!.key);
  }
  const everywhere = namespaces.selector.requirements.length === 0;
  if (everywhere) return every ? text("everyPod") : call("pods", selectorExpression(pods));
  const within = call("namespaces", selectorExpression(namespaces.selector));
  return every ? within : chained(within, "pods", selectorExpression(pods));
}

/** Labels with their values, or the form of the Kubernetes API if a label has several conditions. */
export function selectorExpression({ requirements }: LabelSelector): Expression {
  if (new Set(requirements.map(({ key }) => key)).size === requirements.length)
    return fields(requirements.map((each) => [each.key, conditionExpression(each)] as const));
  const expressions = requirements.map(({ key, operator, values }) =>
    fields([
      ["key", string(key)],
      ["operator", string(operator)],
      ...(values.length > 0 ? [["values", list(values.map(string))] as const] : []),
    ]),
  );
  return fields([["matchExpressions", list(expressions)]], true);
}

function conditionExpression({ operator, values }: Requirement): Expression {
  switch (operator) {
    case "In":
      return values.length === 1 ? string(values[0]!) : call("isIn", ...values.map(string));
    case "NotIn":
      return call("notIn", ...values.map(string));
    case "Exists":
      return text("exists");
    case "DoesNotExist":
      return text("absent");
  }
}

export function portExpression(port: PortMatch): Expression {
  const name = port.protocol.toLowerCase();
  if (port.kind === "named") return call(name, string(port.name));
  if (port.from === 0) return call(name);
  const [from, to] = [text(String(port.from)), text(String(port.to))];
  return call(name, port.from === port.to ? from : call("range", from, to));
}
