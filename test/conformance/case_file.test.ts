import { expect, test } from "vitest";
import { CaseFileError } from "../../src/conformance/case_fields.js";
import { parseCaseFile } from "../../src/conformance/case_file.js";
import { checkCase, clusterOf, fillIn } from "../../src/conformance/cluster.js";

const pod = (name: string, ip?: string) => ({ ns: "x", name, labels: {}, ...(ip && { ip }) });
const model = (...pods: object[]) => ({ namespaces: [{ name: "x", labels: {} }], pods, ports: [] });
const step = (fields: object = {}) => ({
  action: "none",
  policies: [],
  port: 80,
  protocol: "TCP",
  expect: { default: "allow", denied: [] },
  ...fields,
});
const file = (fields: object) =>
  JSON.stringify([{ name: "c", suite: "", model: model(pod("a")), steps: [], validation: [], ...fields }]);

test.each([
  ["[", "the file: is not JSON"],
  ["{}", "the file: must be a list, not an object"],
  ["[1]", "case 1: must be an object, not a number"],
  [file({ model: undefined }), 'case 1: has no "model"'],
  [
    file({ model: model({ ...pod("a"), ns: "y" }) }),
    'case 1 (c).model.pods[0].ns: no namespace is called "y"',
  ],
  [file({ model: model(pod("a"), pod("a")) }), 'case 1 (c).model.pods: two pods are called "x/a"'],
  [
    file({ model: model({ ...pod("a"), labels: { app: 1 } }) }),
    'case 1 (c).model.pods[0].labels["app"]: must be text, not a number',
  ],
  [
    file({ steps: [step({ port: 65536 })] }),
    "case 1 (c).steps[0].port: must be a port number from 1 to 65535, not 65536",
  ],
  [
    file({ steps: [step({ protocol: "tcp" })] }),
    'case 1 (c).steps[0].protocol: must be TCP, UDP or SCTP, not "tcp"',
  ],
  [
    file({ steps: [step({ expect: { default: "deny", denied: [] } })] }),
    'case 1 (c).steps[0].expect.denied: does not go with default "deny"',
  ],
  [
    file({ steps: [step({ expect: { default: "allow", denied: [["x/a", "x/b"]] } })] }),
    'case 1 (c).steps[0].expect.denied[0]: the model has no "x/b"',
  ],
  [
    file({ steps: [step({ expects: {} })] }),
    'case 1 (c).steps[0]: has "expects", which is not one of policies, port, protocol, expect, action, relabel',
  ],
  [
    file({ steps: [step({ relabel: { pods: [pod("b")] } })] }),
    'case 1 (c).steps[0].relabel.pods: the model has no "x/b"',
  ],
])("a malformed file is refused with the place: %s", (text, message) => {
  expect(() => parseCaseFile(text)).toThrow(CaseFileError);
  expect(() => parseCaseFile(text)).toThrow(message);
});

test.each([
  [file({ model: model(pod("a", "10.0.0")) }), 'c: pod x/a: "10.0.0" is not an IP address'],
  [
    file({ model: model(pod("a", "fd00::1"), pod("b", "fd00:0::1")) }),
    "c: pod x/b: another pod also has the address fd00::1",
  ],
  [
    file({ steps: [step({ policies: [{ cidr: "${ip:x/z}/32" }] })] }),
    'c: ${ip:x/z}/32: the model has no pod "x/z"',
  ],
])("what only shows in the cluster is found before anything runs: %s", (text, message) => {
  expect(() => parseCaseFile(text).forEach(checkCase)).toThrow(message);
});

test("pods without an address get one near the given ones", () => {
  const ips = (...pods: object[]) =>
    clusterOf(parseCaseFile(file({ model: model(...pods) }))[0]!.model).pods.map((p) => p.ips[0]);
  expect(ips(pod("a"), pod("b"))).toEqual(["10.64.0.1", "10.64.0.2"]);
  expect(ips(pod("a"), pod("b", "192.168.7.9"), pod("c"))).toEqual([
    "192.168.0.1",
    "192.168.7.9",
    "192.168.0.2",
  ]);
  expect(ips(pod("a", "fd00:1::1"), pod("b"))).toEqual(["fd00:1::1", "fd00:1::2"]);
});

test("placeholders become addresses, and one host is one host in both families", () => {
  const cluster = clusterOf(
    parseCaseFile(file({ model: model(pod("a", "10.1.2.3"), pod("b", "fd00::9")) }))[0]!.model,
  );
  const policy = { to: ["${ip:x/a}/32", "${ip:x/b}/32", "${ip:x/a}/4", "${ip:x/b}/64", "${ip:x/a}"], n: 1 };
  expect(fillIn(policy, cluster)).toEqual({
    to: ["10.1.2.3/32", "fd00::9/128", "10.1.2.3/4", "fd00::9/64", "10.1.2.3"],
    n: 1,
  });
});
