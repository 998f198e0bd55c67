import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as doctor from "../../src/cli/doctor/doctor.js";
import type { Finding } from "../../src/node/doctor/finding.js";
import type { Machine } from "../../src/node/doctor/machine.js";
import type { Link } from "../../src/node/links.js";
import { checkCloud } from "../../src/node/doctor/cloud_check.js";
import {
  checkBpffs,
  checkCgroup,
  checkDataplanes,
  checkKernel,
} from "../../src/node/doctor/kernel_checks.js";
import { OVERHEAD } from "../../src/node/doctor/mtu_check.js";
import { checkXdp } from "../../src/node/doctor/xdp_check.js";
import { DEFAULT_SERVICE_SETTINGS } from "../../src/services/settings.js";
import { onPath } from "../../src/source/on_path.js";
import { runCommand } from "./run_command.js";

const isRoot = process.getuid?.() === 0;

/** A node with a link to another one, both network namespaces. */
const NODE = `polc-doctor-${process.pid}`;
const OTHER = `${NODE}-other`;

const ip = (command: string) => execFileSync("ip", command.split(" "), { encoding: "utf8" });
const set = (...settings: readonly string[]) =>
  execFileSync("ip", ["netns", "exec", NODE, "sysctl", "-qw", ...settings]);

function makeNode(): void {
  for (const name of [NODE, OTHER]) ip(`netns add ${name}`);
  ip(`-n ${NODE} link add uplink type veth peer name uplink netns ${OTHER}`);
  ip(`-n ${NODE} addr add 192.0.2.1/24 dev uplink`);
  ip(`-n ${OTHER} addr add 192.0.2.2/24 dev uplink`);
  for (const name of [NODE, OTHER]) ip(`-n ${name} link set uplink up`);
  ip(`-n ${NODE} route add default via 192.0.2.2`);
  set(
    "net.ipv4.ip_forward=1",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.uplink.rp_filter=0",
    "net.ipv4.ip_local_port_range=32768 60999",
  );
}

const removeNode = () => {
  for (const name of [NODE, OTHER]) spawnSync("ip", ["netns", "del", name]);
};

/** The other node drops what has IP options, as some networks do. */
const DROP_OPTIONS = `#include <linux/bpf.h>
__attribute__((section("xdp"), used)) int drop_options(struct xdp_md *context)
{
	unsigned char *frame = (void *)(long)context->data;

	if (frame + 15 > (unsigned char *)(long)context->data_end)
		return XDP_PASS;
	return frame[12] == 8 && frame[13] == 0 && (frame[14] & 15) > 5 ? XDP_DROP : XDP_PASS;
}
char LICENSE[] __attribute__((section("license"), used)) = "GPL";
`;

function dropOptions(): void {
  const folder = mkdtempSync(join(tmpdir(), "polc-doctor-"));
  try {
    const [source, object] = [join(folder, "drop.c"), join(folder, "drop.o")];
    writeFileSync(source, DROP_OPTIONS);
    const include = `/usr/include/${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu`;
    execFileSync("clang", ["-O2", "-g", "-target", "bpf", "-I", include, "-c", source, "-o", object]);
    ip(`-n ${OTHER} link set uplink xdpgeneric obj ${object} sec xdp`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Answer {
  readonly code: number;
  readonly links: readonly string[];
  /** "severity message", of one check. */
  readonly of: (check: string) => readonly string[];
  readonly help: (check: string) => string;
}

async function examined(...args: readonly string[]): Promise<Answer> {
  const all = ["--no-config", "--netns", NODE, "--format", "json", ...args];
  const { code, stdout, stderr } = await runCommand(doctor, ...all);
  expect(stderr).toBe("");
  const { findings, links } = JSON.parse(stdout) as { findings: Finding[]; links: string[] };
  const wanted = (check: string) => findings.filter((each) => each.check === check);
  return {
    code,
    links,
    of: (check) => wanted(check).map(({ severity, message }) => `${severity} ${message}`),
    help: (check) => wanted(check).flatMap(({ help }) => help ?? [])[0] ?? "",
  };
}

describe.skipIf(!isRoot)("a node in a network namespace (needs root)", () => {
  beforeEach(() => {
    removeNode();
    makeNode();
  });
  afterEach(removeNode);

  test("the links are those with a default route, and nothing of a good one is a problem", async () => {
    const { links, of } = await examined();
    expect(links).toEqual(["uplink"]);
    expect(of("forwarding")).toEqual(["ok uplink forwards IPv4"]);
    expect(of("reverse-path")).toEqual(["ok uplink: the reverse path filter is not strict"]);
    expect(of("ports")).toEqual(["ok sockets of the node take ports 32768-60999, SNAT 61000-65535"]);
    expect(of("mtu")).toEqual([
      "ok uplink: its MTU of 1500 leaves 1492 bytes for IPv4 packets that opt marks: UDP, and what opens a connection",
    ]);
    expect(of("xdp")).toEqual([
      "ok uplink: frames of a veth have partial checksums, so tc is used instead of XDP",
    ]);
  });

  test("the kernel of this machine, its file systems and its cgroups are looked at", async () => {
    const mounts = readFileSync("/proc/mounts", "utf8");
    const { of } = await examined();
    expect(of("bpffs")[0]!.startsWith("ok ")).toBe(/ \/sys\/fs\/bpf bpf /.test(mounts));
    expect(of("cgroup")[0]!.includes(" is mounted at ")).toBe(/ cgroup2 /.test(mounts));
    expect(of("kernel")[0]).toContain(`Linux ${release()} `);
  });

  test("a link that does not forward is a problem of its family", async () => {
    ip(`-n ${NODE} addr add 2001:db8::1/64 dev uplink nodad`);
    set("net.ipv4.ip_forward=0", "net.ipv6.conf.all.forwarding=1");
    const { code, of, help } = await examined();
    expect(code).toBe(1);
    expect(of("forwarding")).toEqual([
      "problem uplink does not forward IPv4: pods are not reached",
      "ok uplink forwards IPv6",
    ]);
    expect(help("forwarding")).toBe("run: sysctl -w net.ipv4.ip_forward=1");
    set("net.ipv6.conf.all.forwarding=0");
    expect((await examined()).of("forwarding")[1]).toBe(
      "problem uplink does not forward IPv6: pods are not reached",
    );
  });

  test("a strict reverse path filter is a warning on one link, a problem on two, and no matter for SNAT", async () => {
    set("net.ipv4.conf.uplink.rp_filter=1");
    const [one] = (await examined()).of("reverse-path");
    expect(one).toMatch(
      /^warning uplink: a strict reverse path filter .* unless the route to them is by uplink$/,
    );
    expect((await examined("--mode", "snat")).of("reverse-path")[0]).toMatch(/^ok /);
    ip(`-n ${NODE} link add second type veth peer name third`);
    set("net.ipv4.conf.second.rp_filter=0");
    const two = await examined("--link", "uplink", "second");
    expect(two.code).toBe(1);
    expect(two.of("reverse-path").map((each) => each.split(":")[0])).toEqual(["problem uplink", "ok second"]);
    set("net.ipv4.conf.all.rp_filter=2");
    expect((await examined()).of("reverse-path")[0]).toMatch(/^ok /);
  });

  test("ports of sockets that SNAT takes too are a problem of the modes with SNAT, unless they are reserved", async () => {
    set("net.ipv4.ip_local_port_range=1024 65000");
    const message = "sockets of the node take ports 1024-65000, of which SNAT takes 61000-65000 too";
    const snat = await examined("--mode", "hybrid");
    expect(snat.code).toBe(1);
    expect(snat.of("ports")).toEqual([`problem ${message}`]);
    expect(snat.help("ports")).toContain("sysctl -w net.ipv4.ip_local_reserved_ports=61000-65535");
    expect((await examined("--mode", "opt")).of("ports")).toEqual([
      `warning ${message}, for endpoints on no node`,
    ]);
    set("net.ipv4.ip_local_reserved_ports=61000-65535");
    expect((await examined("--mode", "hybrid")).of("ports")[0]).toMatch(/^ok /);
  });

  test("the mode and the ports are those of the configuration", async () => {
    const folder = mkdtempSync(join(tmpdir(), "polc-doctor-"));
    const file = join(folder, "polc.config.yaml");
    try {
      writeFileSync(file, "services: {dispatch: snat, snatPorts: 40000-41000}");
      const args = ["--config", file, "--netns", NODE, "--format", "json"];
      const { stdout } = await runCommand(doctor, ...args);
      const { dispatch, findings } = JSON.parse(stdout) as { dispatch: object; findings: Finding[] };
      expect(dispatch).toEqual({ tcp: "snat", udp: "snat" });
      expect(findings.find(({ check }) => check === "ports")).toMatchObject({
        severity: "problem",
        message: "sockets of the node take ports 32768-60999, of which SNAT takes 40000-41000 too",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("each mode has its own room in the MTU", async () => {
    ip(`-n ${NODE} addr add 2001:db8::1/64 dev uplink nodad`);
    ip(`-n ${NODE} link set uplink mtu 1340`);
    const room = async (mode: string) =>
      (await examined("--mode", mode))
        .of("mtu")
        .map((each) => /^(\w+) .* leaves (\d+)/.exec(each)!.slice(1).join(" "));
    expect(await room("opt")).toEqual(["ok 1332", "ok 1316"]);
    expect(await room("ipip")).toEqual(["warning 1320", "warning 1300"]);
    expect(await room("geneve")).toEqual(["warning 1292", "problem 1260"]);
    expect(await room("hybrid")).toEqual(["ok 1332", "ok 1316", "ok 1340", "ok 1340"]);
    ip(`-n ${NODE} link set uplink mtu 9000`);
    const jumbo = await examined("--mode", "geneve");
    expect(jumbo.of("mtu").at(-1)).toMatch(/^warning uplink: its MTU of 9000 is larger than the usual 1500/);
  });

  test("--path tells a path that drops IP options from one that does not answer", async ({ skip }) => {
    if (!onPath("ping")) skip("needs ping: apt-get install iputils-ping");
    const path = async (address: string) => (await examined("--path", address)).of("path");
    expect(await path("192.0.2.2")).toEqual(["ok pings with an IP option reach 192.0.2.2 and come back"]);
    expect((await path("192.0.2.9"))[0]).toMatch(/^warning 192.0.2.9 does not answer a ping without/);
    dropOptions();
    expect((await path("192.0.2.2"))[0]).toMatch(
      /^problem 192.0.2.2 answers pings, but not those with an IP option/,
    );
    expect((await examined("--mode", "geneve")).of("path")).toEqual([
      "ok no mode needs IP options on the way",
    ]);
    expect((await examined()).of("path")[0]).toMatch(/^warning .* cannot be known here$/);
  });

  test("a link that is not there, or no default route, is said", async () => {
    const { code, stderr } = await runCommand(doctor, "--no-config", "--netns", NODE, "--link", "uplnk");
    expect(code).toBe(2);
    expect(stderr).toBe("polc doctor: there is no link uplnk\n  help: did you mean uplink?\n");
    ip(`-n ${NODE} route del default`);
    expect((await examined()).of("links")[0]).toMatch(/^warning no link has a default route/);
  });

  test("people get a line for each finding, and what to do below it", async () => {
    set("net.ipv4.ip_forward=0");
    const { code, stdout } = await runCommand(doctor, "--no-config", "--no-color", "--netns", NODE);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /\nproblem {2}forwarding {4}uplink does not forward IPv4: pods are not reached\n +help: run: sysctl -w net\.ipv4\.ip_forward=1\n/,
    );
    expect(stdout).toMatch(/\n\d+ problems?, \d+ warnings?\n$/);
  });
});

test("what cannot be looked at is exit 2", async () => {
  for (const args of [
    ["--netns", "polc-no-such"],
    ["--path", "node2"],
  ]) {
    const { code, stdout, stderr } = await runCommand(doctor, "--no-config", ...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("help: ");
  }
});

const MACHINE: Machine = {
  links: [],
  settings: new Map(),
  release: "6.12.1",
  btf: true,
  bpffs: "mounted",
  cgroup2: { mount: "/sys/fs/cgroup" },
  dmi: {},
  dataplanes: [],
  now: new Date(),
};

test("kernels, file systems and other dataplanes that this machine does not have are told", () => {
  const severities = (found: readonly { severity: string }[]) => found.map(({ severity }) => severity);
  expect(severities(checkKernel({ ...MACHINE, release: "6.6.0-rc1" }))).toEqual(["ok", "ok"]);
  const before = checkKernel({ ...MACHINE, release: "6.5.13-generic", btf: false });
  expect(severities(before)).toEqual(["problem", "warning"]);
  expect(before[0]!.message).toBe("Linux 6.5.13-generic has no tcx: policy works, services do not");
  expect(checkKernel({ ...MACHINE, release: "5.15.0" })[0]!.message).toContain(
    "does not load polc's programs",
  );
  expect(severities(checkBpffs({ ...MACHINE, bpffs: "private" }))).toEqual(["problem"]);
  expect(severities(checkCgroup({ ...MACHINE, cgroup2: "supported" }))).toEqual(["ok"]);
  expect(severities(checkCgroup({ ...MACHINE, cgroup2: "absent" }))).toEqual(["problem"]);
  expect(severities(checkDataplanes({ ...MACHINE, dataplanes: ["Calico in eBPF mode"] }))).toEqual([
    "problem",
  ]);
});

test("a driver with native XDP has it up to the MTU that fits into a page", () => {
  const link: Link = {
    name: "eth0",
    index: 2 ** 30,
    mtu: 1500,
    driver: "ena",
    ipv4: true,
    ipv6: false,
    xdp: false,
  };
  const said = (change: Partial<Link>) => {
    const [{ severity, message } = { severity: "", message: "" }] = checkXdp({
      ...MACHINE,
      links: [{ ...link, ...change }],
    });
    return `${severity} ${message}`;
  };
  expect(said({})).toBe("ok eth0: its driver, ena, has native XDP");
  expect(said({ driver: "tg3" })).toContain("tg3, is not known to have native XDP, so tc is used");
  expect(said({ mtu: 9001 })).toMatch(/^warning eth0: with an MTU of 9001/);
  expect(said({ xdp: true })).toMatch(/^warning eth0: another program of XDP is there/);
});

test("a cloud is known by its firmware, and direct return needs its check of sources off", () => {
  const said = (dmi: Machine["dmi"], mode: "opt" | "ipip" | "snat") => {
    const services = { ...DEFAULT_SERVICE_SETTINGS, dispatchTcp: mode, dispatchUdp: mode };
    return checkCloud({ ...MACHINE, dmi }, { services });
  };
  const [aws] = said({ sys_vendor: "Amazon EC2" }, "opt");
  expect(aws).toMatchObject({ severity: "warning" });
  expect(aws!.help).toContain("--no-source-dest-check");
  const azure = {
    sys_vendor: "Microsoft Corporation",
    chassis_asset_tag: "7783-7084-3265-9085-8269-3286-77",
  };
  expect(said(azure, "ipip").map(({ severity }) => severity)).toEqual(["warning", "problem"]);
  expect(said({ product_name: "Google Compute Engine" }, "snat")[0]!.severity).toBe("ok");
  expect(said({ sys_vendor: "Microsoft Corporation" }, "opt")[0]!.severity).toBe("ok");
});

test("the overhead of each mode is the size of what the programs put on", () => {
  const sizeOf = (file: string, struct: string) => {
    const text = readFileSync(`bpf-templates/service/dispatch/${file}`, "utf8");
    return Number(new RegExp(`sizeof\\(struct ${struct}\\) == (\\d+)`).exec(text)?.[1]);
  };
  expect(OVERHEAD.opt).toEqual({ 4: sizeOf("option.h", "option4"), 6: sizeOf("option.h", "option6") });
  expect(OVERHEAD.geneve).toEqual({ 4: sizeOf("geneve.h", "geneve4"), 6: sizeOf("geneve.h", "geneve6") });
});
