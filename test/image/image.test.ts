/** `make image`: an archive that engines take, and in which polc runs. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { folder } from "../bundle/building.js";

const noImage = ["dist/bundle/polc.cjs", "loader/polc-loader-static", "cni/polc-cni"].some(
  (path) => !existsSync(path),
);
const noRoot = process.getuid?.() !== 0;

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  readonly annotations?: Record<string, string>;
}

describe.skipIf(noImage)("the image", () => {
  const dir = folder();
  const unpacked = join(dir, "archive");
  const root = join(dir, "root");
  const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
    const ran = spawnSync(command, args, { encoding: "utf8", env });
    if (ran.status !== 0)
      throw new Error(`${command} ${args.join(" ")}: ${ran.error?.message ?? ran.stderr}`);
    return ran.stdout;
  };
  const json = <T>(name: string): T => JSON.parse(readFileSync(join(unpacked, name), "utf8")) as T;
  const blob = ({ digest }: Descriptor) => `blobs/${digest.replace(":", "/")}`;
  const manifestOf = () => {
    const [manifest] = json<{ manifests: Descriptor[] }>("index.json").manifests;
    return { manifest: manifest!, ...json<{ config: Descriptor; layers: Descriptor[] }>(blob(manifest!)) };
  };

  beforeAll(() => {
    run(process.execPath, ["scripts/image/oci.mjs", join(dir, "image.tar"), "localhost/polc:test"]);
    mkdirSync(unpacked);
    run("tar", ["-xf", join(dir, "image.tar"), "-C", unpacked]);
  }, 240_000);

  test("is an OCI layout with the name that it was given", () => {
    expect(json("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
    expect(manifestOf().manifest.annotations).toEqual({
      "io.containerd.image.name": "localhost/polc:test",
      "org.opencontainers.image.ref.name": "test",
    });
  });

  test("has every blob by its digest and size", () => {
    const { manifest, config, layers } = manifestOf();
    for (const each of [manifest, config, ...layers]) {
      const data = readFileSync(join(unpacked, blob(each)));
      expect([data.length, `sha256:${createHash("sha256").update(data).digest("hex")}`]).toEqual([
        each.size,
        each.digest,
      ]);
    }
  });

  test("says of every layer what it is unpacked", () => {
    const { config, layers } = manifestOf();
    const { rootfs } = json<{ rootfs: { diff_ids: string[] } }>(blob(config));
    const digests = layers.map((layer) => {
      const tar = spawnSync("gzip", ["-dc", join(unpacked, blob(layer))], { maxBuffer: 2 ** 30 }).stdout;
      return `sha256:${createHash("sha256").update(tar).digest("hex")}`;
    });
    expect(digests).toEqual(rootfs.diff_ids);
  });

  describe.skipIf(noRoot)("as a root file system", () => {
    const image = () =>
      json<{ config: { Entrypoint: string[]; Env: string[] } }>(blob(manifestOf().config)).config;
    const polc = (...args: readonly string[]) => {
      const { Entrypoint, Env } = image();
      const env = Object.fromEntries(Env.map((each) => each.split(/=(.*)/s) as [string, string]));
      return run("/usr/sbin/chroot", [root, ...Entrypoint, ...args], env);
    };

    beforeAll(() => {
      mkdirSync(root);
      for (const layer of manifestOf().layers) run("tar", ["-xzf", join(unpacked, blob(layer)), "-C", root]);
    });

    test("runs polc, without anything of this machine", () => {
      const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
      expect(polc("--version")).toBe(`${version}\n`);
      expect(polc("key", "new", "/tmp/key")).toMatch(/^ed25519-[0-9a-f]{16}: \/tmp\/key.key/);
    });

    test("reads policies, and talks to clusters", () => {
      writeFileSync(
        join(root, "tmp/policy.yaml"),
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n",
      );
      expect(polc("build", "--emit", "ir", "/tmp/policy.yaml")).toContain('"kind": "NetworkPolicy"');
      expect(() => polc("deploy", "status")).toThrow(/no cluster: there is no kubeconfig/);
    });

    test("has the loader, the CNI plugin and the compiled programs, which need nothing beside them on a node", () => {
      expect(run("/usr/sbin/chroot", [root, "/opt/polc/loader/polc-loader", "--version"])).toMatch(
        /"linked":/,
      );
      for (const program of ["loader/polc-loader", "cni/polc-cni"])
        expect(run("file", ["-b", join(root, "opt/polc", program)])).toMatch(/static/);
      for (const name of ["shell", "service-tc", "service-xdp", "service-socket"])
        expect(
          readFileSync(join(root, `opt/polc/objects/${name}.bpf.o`))
            .subarray(1, 4)
            .toString(),
        ).toBe("ELF");
    });

    test("has the programs that find pods' interfaces", () => {
      const inside = [
        "/usr/local/bin/nsenter",
        "--net=/proc/self/ns/net",
        "/usr/local/bin/ip",
        "-json",
        "link",
      ];
      mkdirSync(join(root, "proc"), { recursive: true });
      run("mount", ["-t", "proc", "proc", join(root, "proc")]);
      try {
        expect(run("/usr/sbin/chroot", [root, ...inside])).toContain('"ifname":"lo"');
      } finally {
        run("umount", [join(root, "proc")]);
      }
    });
  });
});
