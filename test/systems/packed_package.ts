/** `npm pack`, installed in an empty folder: what people have who never see the checkout. */
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import type { Finished, Root } from "./root.js";
import { must } from "./root.js";
import type { Step } from "./steps.js";
import { expect, lastLines } from "./steps.js";

/** The Node.js that runs here: the oldest and the newest are `npm run test:nodes`. */
const NODE = "24";
const APP = "/root/app";
const TARBALL = "/root/polc.tgz";

const CLAIMS = `import { check, claims, cluster, internet } from "polc";

const { boutique } = cluster({ boutique: { cart: { app: "redis-cart" } } });
export default claims(check(internet).cannotReach(boutique.cart));
`;

/** Node.js and npm where a person who installs them by hand has them: nothing that apt would bring along. */
function installNode(root: Root, work: string): void {
  const kept = join(work, "node");
  const binary = `node-linux-${process.arch}`;
  must("npm", ["install", "--silent", "--no-save", "--prefix", kept, `${binary}@${NODE}`, "npm@11"]);
  const modules = root.outside("/usr/local/lib/node_modules");
  cpSync(join(kept, "node_modules"), modules, { recursive: true, verbatimSymlinks: true });
  const link = (name: string, target: string) => symlinkSync(target, root.outside(`/usr/local/bin/${name}`));
  link("node", `../lib/node_modules/${binary}/bin/node`);
  link("npm", "../lib/node_modules/npm/bin/npm-cli.js");
  link("npx", "../lib/node_modules/npm/bin/npx-cli.js");
}

function pack(root: Root, work: string): void {
  const folder = join(work, "packed");
  mkdirSync(folder, { recursive: true });
  const [{ filename }] = JSON.parse(
    must("npm", ["pack", "--silent", "--json", "--pack-destination", folder], packageRoot()),
  ) as [{ filename: string }];
  cpSync(join(folder, filename), root.outside(TARBALL));
}

/** An empty folder but for policies, under git. */
function writeProject(root: Root): void {
  const app = root.outside(APP);
  mkdirSync(join(app, "policies"), { recursive: true });
  const example = join(packageRoot(), "examples/online-boutique");
  for (const file of readdirSync(example)) cpSync(join(example, file), join(app, "policies", file));
  writeFileSync(join(app, "policies/shop.claims.ts"), CLAIMS);
  writeFileSync(join(app, "pods.yaml"), PODS);
}

export function packedPackage(root: Root, work: string): readonly Step[] {
  const sh = (command: string) => root.run(`cd ${APP} && { ${command}; }`);
  const polc = (command: string) => sh(`npx polc ${command}`);
  /** Installs what a help line says, word for word. */
  const follow = async ({ output }: Finished) => {
    const command = /apt-get install [a-z0-9 .+-]+[a-z0-9]/.exec(output)?.[0];
    expect(command !== undefined, `no package is named:\n${lastLines(output)}`);
    ok(
      await sh(
        `apt-get update -qq && DEBIAN_FRONTEND=noninteractive ${command} -y -qq --no-install-recommends`,
      ),
    );
    return command;
  };
  return [
    {
      name: "package: installs in an empty folder",
      async run() {
        installNode(root, work);
        pack(root, work);
        writeProject(root);
        ok(await sh(`npm install --silent --no-audit --no-fund ${TARBALL}`));
        ok(
          await sh(
            "git init -q . && git add policies && git -c user.name=x -c user.email=x@example.org commit -qm x",
          ),
        );
      },
    },
    {
      name: "package: lint, test, convert, explain, diff at once",
      async run() {
        ok(await polc("lint policies"));
        ok(await polc("test policies"));
        ok(await polc("convert policies/policies.yaml --to ts --out converted"));
        ok(await polc("explain --from boutique/frontend --to boutique/cartservice --port 7070/tcp policies"));
        const diff = await polc("diff HEAD policies");
        expect(diff.code === 0, lastLines(diff.output));
      },
    },
    {
      name: "package: build says what to install, and works after that",
      async run() {
        const refused = await polc("build policies --out bundle");
        expect(refused.code === 2, `exit ${refused.code}:\n${lastLines(refused.output)}`);
        const command = await follow(refused);
        ok(await polc("build policies --out bundle"));
        return command;
      },
    },
    {
      name: "package: what loads programs says what to install",
      async run() {
        expect((await polc("status")).output.includes("not built yet"), "polc status knows of a loader");
        const programs = await polc("verify bundle");
        for (const command of [
          "status --instance x",
          "lab policies",
          "deploy --local bundle --pods pods.yaml -y",
        ]) {
          const { code, output } = await polc(command);
          expect(code === 2 && output.includes("apt-get install"), `polc ${command}:\n${lastLines(output)}`);
        }
        return follow(programs);
      },
    },
    {
      name: "package: verify builds the loader, once, and passes",
      async run() {
        const first = ok(await polc("verify bundle"));
        const lines = first.output.split("\n").filter((line) => line.startsWith("polc: building"));
        expect(lines.length === 1, `${lines.length} lines of progress:\n${lastLines(first.output)}`);
        expect(!ok(await polc("verify bundle")).output.includes("building"), "it is built again");
      },
    },
    {
      name: "package: lab builds the probe and passes; status says how the loader is linked",
      async run() {
        const lab = await polc("lab policies");
        if (lab.code !== 0) {
          await follow(lab);
          ok(await polc("lab policies"));
        }
        return /^loader: .*$/m.exec((await polc("status")).output)?.[0];
      },
    },
    {
      name: "package: deploy, status, logs, undeploy",
      async run() {
        writeFileSync(root.outside(`${APP}/deploy.sh`), DEPLOY);
        const { code, output } = await sh("unshare --net sh -eu deploy.sh");
        expect(code === 0, lastLines(output));
        expect(/deny.*redis-cart/i.test(output), `the log names no pod:\n${lastLines(output)}`);
      },
    },
  ];
}

function ok(finished: Finished): Finished {
  expect(finished.code === 0, `exit ${finished.code}:\n${lastLines(finished.output)}`);
  return finished;
}

const PODS = `apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.0.2.77}]}
---
apiVersion: v1
kind: Pod
metadata: {name: redis-cart, namespace: boutique, labels: {app: redis-cart}, annotations: {polc.dev/interface: pod0}}
spec: {nodeName: node-1}
status: {podIPs: [{ip: 10.9.1.1}]}
`;

/** The pod, in a network namespace of its own inside one that ends with this. */
const DEPLOY = `
ip netns add pod
ip link add pod0 type veth peer name eth0 netns pod
ip link set pod0 up
ip addr add 10.9.1.2/24 dev pod0
ip -n pod addr add 10.9.1.1/24 dev eth0
ip -n pod link set eth0 up
npx polc deploy --local bundle --pods pods.yaml -y
npx polc status
node -e 'require("net").connect(22, "10.9.1.1").on("error", () => {}); setTimeout(process.exit, 1000, 0)'
npx polc logs --once --denied
npx polc undeploy --local
ip netns del pod
`;
