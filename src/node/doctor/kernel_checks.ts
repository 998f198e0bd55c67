/** The kernel, and what else uses it for the same. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { onPath } from "../../source/on_path.js";
import { packageRoot } from "../../source/package_root.js";
import { KERNEL_FLOOR, cannotLoad } from "../can_load.js";
import { count } from "../describe_plan.js";
import { problemsOf } from "../describe_status.js";
import { isFailure } from "../failure.js";
import { builtLoader } from "../loader.js";
import { statusLocal } from "../local.js";
import { run } from "../process.js";
import { instances } from "../run_dir.js";
import type { Found } from "./finding.js";
import { ok, problem, warning } from "./finding.js";
import type { Machine } from "./machine.js";

/** The first with tcx, which services need to come before policy. */
const TCX_FLOOR = "6.6";

export async function checkBpf(): Promise<readonly Found[]> {
  const reason = await cannotLoad({ build: false });
  if (!reason) return [ok("polc may load programs into this kernel")];
  if (builtLoader() === undefined)
    return [
      warning(
        "cannot tell whether polc may load programs: polc-loader is not built yet",
        "run: polc status, which builds it",
      ),
    ];
  return [problem(reason.error, reason.help ?? "look into the kernel log: dmesg")];
}

export function checkKernel({ release, btf }: Machine): readonly Found[] {
  const found: Found[] = [];
  if (isOlder(release, KERNEL_FLOOR))
    found.push(problem(`Linux ${release} does not load polc's programs`, `use Linux ${TCX_FLOOR} or later`));
  else if (isOlder(release, TCX_FLOOR))
    found.push(
      problem(
        `Linux ${release} has no tcx: policy works, services do not`,
        `use Linux ${TCX_FLOOR} or later, or keep kube-proxy`,
      ),
    );
  else found.push(ok(`Linux ${release} has tcx`));
  if (!btf)
    found.push(
      warning(
        "the kernel has no BTF: policy works, services do not, and bpftool shows less",
        "use a kernel with CONFIG_DEBUG_INFO_BTF",
      ),
    );
  else found.push(ok("the kernel has BTF"));
  return found;
}

/** What does not begin with two numbers is not known to be older. */
function isOlder(release: string, floor: string): boolean {
  const [major, minor] = numbers(release);
  const [leastMajor, leastMinor] = numbers(floor);
  return major !== undefined && (major < leastMajor! || (major === leastMajor && minor! < leastMinor!));
}

function numbers(version: string): readonly number[] {
  return /^(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
}

export function checkBpffs({ bpffs }: Machine): readonly Found[] {
  if (bpffs === "mounted") return [ok("bpffs is mounted at /sys/fs/bpf")];
  if (bpffs === "absent")
    return [problem("no bpffs is mounted at /sys/fs/bpf", "run: mount -t bpf bpf /sys/fs/bpf")];
  return [
    problem(
      "bpffs is private to this mount namespace: what is enforced would end with it",
      "run polc outside of ip netns exec; in a container mount the machine's /sys/fs/bpf",
    ),
  ];
}

export function checkCgroup({ cgroup2 }: Machine): readonly Found[] {
  if (cgroup2 === "supported")
    return [
      ok("cgroup2 is not mounted, but the kernel has it: polc mounts its own for the node's processes"),
    ];
  if (cgroup2 !== "absent") return [ok(`cgroup2 is mounted at ${cgroup2.mount}`)];
  return [
    problem(
      "the kernel has no cgroup2: the node's own processes do not reach services",
      "use a kernel with CONFIG_CGROUPS and CONFIG_CGROUP_BPF",
    ),
  ];
}

export function checkDataplanes({ dataplanes }: Machine): readonly Found[] {
  if (dataplanes.length === 0) return [ok("no other eBPF dataplane enforces policy here")];
  return dataplanes.map((name) =>
    problem(
      `${name} enforces policy on this machine already`,
      "remove it, or run polc agent --audit: then polc drops nothing and only reports",
    ),
  );
}

/** What is wrong with installations, such as programs that see packets before polc's. */
export async function checkInstances(): Promise<readonly Found[]> {
  const names = instances();
  if (names.length === 0) return [ok("polc enforces nothing here yet")];
  if (builtLoader() === undefined)
    return [warning("cannot tell what is enforced: polc-loader is not built yet", "run: polc status")];
  const found = await Promise.all(
    names.map(async (name) => {
      const status = await statusLocal(name);
      if (isFailure(status))
        return [
          warning(`${name}: the status cannot be read: ${status.error}`, status.help ?? "run: polc status"),
        ];
      const [first, ...others] = problemsOf(status);
      if (first === undefined) return [];
      const more = others.length === 0 ? "" : `, and ${count(others.length, "other problem")}`;
      return [problem(`${name}: ${first}${more}`, `run: polc status --instance ${name}`)];
    }),
  );
  return found.flat().length > 0
    ? found.flat()
    : [ok(`what polc enforces here is whole: ${names.join(", ")}`)];
}

/** A clock that is wrong makes the API server's certificates and tokens invalid, and the times of the log useless. */
export async function checkClock({ now }: Machine): Promise<readonly Found[]> {
  const installed = statSync(join(packageRoot(), "package.json")).mtime;
  const help = "synchronise the clock: systemctl enable --now systemd-timesyncd, or chrony";
  if (now < installed)
    return [problem(`the clock says ${now.toISOString()}, which is before polc was installed`, help)];
  const unknown = warning("cannot tell whether the clock is synchronised: timedatectl has no answer", help);
  if (!onPath("timedatectl")) return [unknown];
  const { stdout } = await run(["timedatectl", "show", "--property=NTPSynchronized", "--value"]);
  if (stdout.trim() === "yes") return [ok("the clock is synchronised")];
  return [stdout.trim() === "no" ? warning("the clock is not synchronised", help) : unknown];
}
