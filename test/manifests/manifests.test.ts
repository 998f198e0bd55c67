/** What is installed in a cluster: accepted by the API's own schemas, and no more rights than what it does needs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PolicyBundle } from "../../src/cluster/policy_bundle.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import { noApiServer, startApiServer } from "../cluster/api_server.js";
import type { ApiServer } from "../cluster/api_server.js";
import { charted, kustomized, noHelm, noKubectl } from "./objects.js";
import type { Manifest } from "./objects.js";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function named(objects: readonly Manifest[], kind: string, name: string): Manifest {
  return objects.find((each) => each.kind === kind && each.metadata.name === name)!;
}

/** What is installed with these of manifests/components. */
function composed(...components: readonly string[]): readonly Manifest[] {
  mkdirSync("build", { recursive: true });
  const dir = mkdtempSync("build/polct-");
  const of = components.map((name) => `../../manifests/components/${name}`);
  const kustomization = { resources: ["../../manifests/base"], components: of };
  writeFileSync(join(dir, "kustomization.yaml"), JSON.stringify(kustomization));
  try {
    return kustomized(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function rightsOf(objects: readonly Manifest[], name: string): readonly string[] {
  const roles = ["ClusterRole", "Role"]
    .map((kind) => named(objects, kind, name) as (Manifest & { rules: readonly Rule[] }) | undefined)
    .filter((role) => role !== undefined);
  return roles.flatMap(({ kind, rules }) =>
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((each) => verbs.map((verb) => `${kind} ${verb} ${each}`)),
    ),
  );
}

const READ = / (get|list|watch) /;

/** The sources of the two ways to install are kept equal by this. */
test.each(["crd.yaml", "agent_rbac.yaml", "plan_rbac.yaml", "deploy_rbac.yaml", "logs_rbac.yaml"])(
  "the chart has the same %s as the kustomization",
  (name) => {
    const folder = name === "crd.yaml" ? "crds" : "templates";
    expect(readFileSync(`manifests/chart/${folder}/${name}`, "utf8")).toBe(
      readFileSync(`manifests/base/${name}`, "utf8"),
    );
  },
);

describe.skipIf(noKubectl)("the kustomization", () => {
  const objects = noKubectl ? [] : kustomized("manifests");

  test("has the version of the package as the tag of the image", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(JSON.stringify(named(objects, "DaemonSet", "polc-agent"))).toContain(
      `"image":"localhost/polc:${version}"`,
    );
    expect(readFileSync("manifests/chart/Chart.yaml", "utf8")).toContain(`\nappVersion: ${version}\n`);
  });

  test("gives who plans the right to read, and nothing else", () => {
    expect(rightsOf(objects, "polc-plan").filter((right) => !READ.test(right))).toEqual([]);
  });

  test("gives who deploys the right to write polc's own objects alone", () => {
    expect(rightsOf(objects, "polc-deploy").filter((right) => !READ.test(right))).toEqual([
      "ClusterRole create policybundles",
      "ClusterRole patch policybundles",
      "ClusterRole delete policybundles",
      "ClusterRole patch policybundles/status",
      "Role create configmaps",
      "Role patch configmaps",
      "Role delete configmaps",
    ]);
  });

  test("gives who reads logs the agents' logs, and nothing else", () => {
    expect(rightsOf(objects, "polc-logs")).toEqual(["Role list pods", "Role get pods/log"]);
  });

  test("gives nobody any right on Secrets, where the trusted keys are, or a wildcard", () => {
    const rights = ["polc-plan", "polc-deploy", "polc-logs", "polc-agent"].flatMap((name) =>
      rightsOf(objects, name),
    );
    expect(rights.filter((right) => /secrets|\*/.test(right))).toEqual([]);
  });

  test("runs the agent without privilege, on a read-only root, with the capabilities that it uses", () => {
    expect(contextOf(named(objects, "DaemonSet", "polc-agent"))).toEqual({
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser: 0,
      seccompProfile: { type: "RuntimeDefault" },
      capabilities: { drop: ["ALL"], add: ["BPF", "NET_ADMIN", "PERFMON", "SYS_ADMIN"] },
    });
  });

  test("with trusted keys does not start without them", () => {
    const text = JSON.stringify(named(kustomized("manifests/signed"), "DaemonSet", "polc-agent"));
    expect(argumentsOf(kustomized("manifests/signed"))).toEqual([
      ...DEFAULT,
      "--trusted-keys=/etc/polc/keys",
    ]);
    expect(text).toContain('"secret":{"secretName":"polc-trusted-keys"}');
    expect(text).toContain('{"mountPath":"/sys/fs/bpf","mountPropagation":"HostToContainer","name":"bpffs"}');
  });

  test("puts polc-cni into the chain unless it is told to leave that alone", () => {
    const chain = ["cni-configuration", "cni-plugins"];
    const volumes = (of: readonly Manifest[]) => podOf(of).volumes.map(({ name }) => name);
    const mounts = (of: readonly Manifest[]) => podOf(of).containers[0]!.volumeMounts.map(({ name }) => name);
    expect(argumentsOf(objects)).toEqual(DEFAULT);
    for (const names of [volumes(objects), mounts(objects)])
      expect(names).toEqual(expect.arrayContaining(chain));
    const without = composed("without-cni", "live", "services");
    expect(argumentsOf(without)).toEqual(["agent", "--print-verdicts", "--live", "--services"]);
    for (const names of [volumes(without), mounts(without)])
      expect(names.filter((name) => chain.includes(name))).toEqual([]);
  });

  test("gives the agent options that it knows", () => {
    const known = [...COMMAND.matchAll(/"(--[a-z-]+)/g)].map((match) => match[1]);
    const given = argumentsOf(composed("without-cni", "live", "services", "signed")).concat(
      argumentsOf(objects),
    );
    const options = given.filter((each) => each.startsWith("--")).map((each) => each.split("=")[0]);
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  });

  test.each(["manifests", "manifests/signed"])(
    "of %s is valid by the OpenAPI schemas of Kubernetes",
    async (folder) => {
      expect(await schemaErrors(kustomized(folder))).toEqual([]);
    },
  );
});

describe.skipIf(noHelm || noKubectl)("the chart", () => {
  test("makes what the kustomization makes, but the namespace", () => {
    const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
    const sorted = (objects: readonly Manifest[]) =>
      [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1)).filter(({ kind }) => kind !== "Namespace");
    expect(sorted(charted())).toEqual(sorted(kustomized("manifests")));
  });

  test("with trusted keys makes what the kustomization for them makes", () => {
    const pod = (objects: readonly Manifest[]) => {
      const { spec } = named(objects, "DaemonSet", "polc-agent") as unknown as DaemonSet;
      const { containers, volumes } = spec.template.spec;
      const byName = (list: readonly { name: string }[]) =>
        [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
      return [containers[0]!.args, byName(containers[0]!.volumeMounts), byName(volumes)];
    };
    expect(pod(charted("--set", "trustedKeys.required=true"))).toEqual(pod(kustomized("manifests/signed")));
  });

  test("makes what the components make", () => {
    expect(argumentsOf(charted("--set", "cni.chain=false,live=true,services=true"))).toEqual(
      argumentsOf(composed("without-cni", "live", "services")),
    );
    expect(
      argumentsOf(charted("--set", "cni.binDir=/home/kubernetes/bin,cni.openWithoutAgent=true")),
    ).toEqual([...DEFAULT, ...["--cni-bin=/home/kubernetes/bin", "--open-without-agent"]]);
  });

  test("is valid by the OpenAPI schemas of Kubernetes, whatever is set", async () => {
    const set = ["--set", "metricsPort=9000", "--set", "args={--audit}", "--set", "image.tag=x"];
    expect(await schemaErrors(charted(...set))).toEqual([]);
    expect(JSON.stringify(charted(...set))).toContain(
      '"args":["agent","--print-verdicts","--chain-cni=/etc/cni/net.d","--listen=:9000","--audit"]',
    );
  });

  test("refuses another namespace, and values that it does not know", () => {
    expect(() => charted("--namespace", "default")).toThrow(/polc is installed in the namespace polc-system/);
    expect(() => charted("--set", "trustedKey=1")).toThrow(/trustedKey/);
  });
});

const DEFAULT = ["agent", "--print-verdicts", "--chain-cni=/etc/cni/net.d"];
const COMMAND = readFileSync("src/cli/agent/agent.ts", "utf8");

function podOf(objects: readonly Manifest[]): DaemonSet["spec"]["template"]["spec"] {
  return (named(objects, "DaemonSet", "polc-agent") as unknown as DaemonSet).spec.template.spec;
}

function argumentsOf(objects: readonly Manifest[]): readonly string[] {
  return podOf(objects).containers[0]!.args;
}

interface DaemonSet {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly securityContext: object;
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

function contextOf(daemonSet: Manifest): object {
  return (daemonSet as unknown as DaemonSet).spec.template.spec.containers[0]!.securityContext;
}

/** By the schemas that kubernetes-models was made of, for where there is no API server. */
async function schemaErrors(objects: readonly Manifest[]): Promise<readonly string[]> {
  const errors: string[] = [];
  for (const object of objects) {
    const models = (await import(
      /* @vite-ignore */ `kubernetes-models/${object.apiVersion}/${object.kind}`
    )) as Record<string, Model>;
    try {
      new models[object.kind]!(object).validate();
    } catch (error) {
      errors.push(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`);
    }
  }
  return errors;
}

type Model = new (object: object) => { validate(): void };

describe.skipIf(noApiServer())("an API server", () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer();
    server.kubectl(["apply", "-f", "manifests/base/namespace.yaml", "-f", "manifests/base/crd.yaml"]);
    server.kubectl(["wait", "--for=condition=Established", "crd/policybundles.polc.dev"]);
  });
  afterAll(() => server?.stop());

  const accepted = (objects: readonly Manifest[]) => {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    return server.kubectl(
      ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"],
      list,
    );
  };

  test.each(["manifests", "manifests/signed"])("accepts %s, field by field", (folder) => {
    expect(accepted(kustomized(folder))).toContain("daemonset.apps/polc-agent serverside-applied");
  });

  test("accepts all components together", () => {
    const objects = composed("without-cni", "live", "services", "signed");
    expect(accepted(objects)).toContain("daemonset.apps/polc-agent serverside-applied");
  });

  test.skipIf(noHelm)("accepts the chart", () => {
    for (const set of ["trustedKeys.required=true", "cni.chain=false,live=true,services=true"])
      expect(accepted(charted("--set", set))).toContain("daemonset.apps/polc-agent");
  });

  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  const payload = { namespace: "polc-system", configMaps: ["a"], encoding: "tar+gzip" };
  const apply = (spec: object, name = "rules") =>
    server.admin.apply<PolicyBundle>(RESOURCES.policyBundles, { metadata: { name }, spec });
  const said = (text: string) => ({ error: expect.stringContaining(text) as string });

  test("holds the CRD's rules: digests, epochs that grow, and one digest an epoch", async () => {
    expect(await apply({ digest: "md5:1", epoch: 1, payload })).toMatchObject(said("spec.digest"));
    expect(await apply({ digest: digest("1"), epoch: 0, payload })).toMatchObject(said("spec.epoch"));
    expect(
      await apply({ digest: digest("1"), epoch: 5, payload: { ...payload, encoding: "zip" } }),
    ).toMatchObject(said("spec.payload.encoding"));
    expect(await apply({ digest: digest("1"), epoch: 5, payload, other: 1 })).toMatchObject(said("other"));
    expect(await apply({ digest: digest("1"), epoch: 5, payload })).toMatchObject({ spec: { epoch: 5 } });
    expect(await apply({ digest: digest("1"), epoch: 4, payload })).toMatchObject(
      said("an epoch never gets smaller"),
    );
    expect(await apply({ digest: digest("2"), epoch: 5, payload })).toMatchObject(
      said("somebody else deployed meanwhile"),
    );
    expect(await apply({ digest: digest("2"), epoch: 6, payload })).toMatchObject({ spec: { epoch: 6 } });
  });

  test("keeps each node's status apart, and lets a node change its own alone", async () => {
    await apply({ digest: digest("1"), epoch: 1, payload }, "statuses");
    const say = (node: string, state: string) =>
      server.admin.apply<PolicyBundle>(
        RESOURCES.policyBundles,
        { metadata: { name: "statuses" }, status: { nodes: [{ node, state }] } },
        { fieldManager: `polc-agent-${node}`, subresource: "status" },
      );
    await say("a", "pending");
    await say("b", "enforcing");
    expect(await say("a", "enforcing")).toMatchObject({
      status: {
        nodes: [
          { node: "a", state: "enforcing" },
          { node: "b", state: "enforcing" },
        ],
      },
    });
    expect(await say("a", "asleep")).toMatchObject(said("asleep"));
  });
});
