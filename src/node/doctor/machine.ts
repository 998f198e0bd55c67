/** What the checks look at: read once, in one network namespace, and nothing changed. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { release } from "node:os";
import type { ServiceSettings } from "../../services/settings.js";
import type { Failure } from "../failure.js";
import { isFailure } from "../failure.js";
import { judgedLinks } from "../links.js";
import type { Link } from "../links.js";
import { missingTool } from "../missing_tool.js";
import { inNetns, run } from "../process.js";

export interface Machine {
  /** Links to other nodes and to clients. */
  readonly links: readonly Link[];
  /** Values in /proc/sys; those that the kernel does not have are absent. */
  readonly settings: ReadonlyMap<string, string>;
  readonly release: string;
  readonly btf: boolean;
  readonly bpffs: "mounted" | "private" | "absent";
  /** Where cgroup2 is mounted; "supported": nowhere, but the kernel has it. */
  readonly cgroup2: { readonly mount: string } | "supported" | "absent";
  /** What the firmware says, by the names of /sys/class/dmi/id. */
  readonly dmi: Readonly<Record<string, string>>;
  /** Other programs that enforce policy here. */
  readonly dataplanes: readonly string[];
  readonly now: Date;
  readonly netns?: string;
}

/** What is asked of the machine. */
export interface Wanted {
  readonly services: ServiceSettings;
  /** An address of another node, to which packets are sent. */
  readonly path?: string;
}

interface Where {
  /** Left out: the links with a default route. */
  readonly links?: readonly string[];
  /** Path of a network namespace; left out: this process's. */
  readonly netns?: string;
  readonly dataplanes: readonly string[];
}

const DMI = ["sys_vendor", "product_name", "bios_vendor", "chassis_asset_tag"] as const;

export async function lookAtMachine({ links: names, netns, dataplanes }: Where): Promise<Machine | Failure> {
  const missing = missingTool("ip") ?? (netns === undefined ? undefined : missingTool("nsenter"));
  if (missing) return missing;
  const links = await judgedLinks(names, netns);
  if (isFailure(links)) return links;
  return {
    links,
    settings: await readSettings(links, netns),
    release: release(),
    btf: existsSync("/sys/kernel/btf/vmlinux"),
    bpffs: bpffs(),
    cgroup2: cgroup2(),
    dmi: Object.fromEntries(DMI.map((name) => [name, read(`/sys/class/dmi/id/${name}`)?.trim() ?? ""])),
    dataplanes,
    now: new Date(),
    ...(netns !== undefined && { netns }),
  };
}

/** By another program, since /proc/sys/net is that of the process that reads it. */
async function readSettings(
  links: readonly Link[],
  netns: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const paths = [
    "net/ipv4/ip_local_port_range",
    "net/ipv4/ip_local_reserved_ports",
    "net/ipv4/conf/all/rp_filter",
    ...links.flatMap(({ name }) => [
      `net/ipv4/conf/${name}/forwarding`,
      `net/ipv4/conf/${name}/rp_filter`,
      `net/ipv6/conf/${name}/forwarding`,
    ]),
  ].map((path) => `/proc/sys/${path}`);
  const { stdout } = await run(inNetns(netns, ["grep", "-sH", "", ...paths]));
  const pairs = paths.flatMap((path) => {
    const line = stdout.split("\n").find((each) => each.startsWith(`${path}:`));
    return line === undefined
      ? []
      : [[path.slice("/proc/sys/".length), line.slice(path.length + 1).trim()] as const];
  });
  return new Map(pairs);
}

const BPFFS = "/sys/fs/bpf";
const BPFFS_MAGIC = 0xcafe4a11;

/** As the loader sees it: loader/instance.c. */
function bpffs(): Machine["bpffs"] {
  try {
    if (statfsSync(BPFFS).type !== BPFFS_MAGIC) return "absent";
  } catch {
    return "absent";
  }
  const machines = deviceOfBpffs("1");
  return machines !== undefined && machines !== deviceOfBpffs("self") ? "private" : "mounted";
}

/** As this process sees it; the last mount is the one that counts. /proc/1/root would need more capabilities. */
function deviceOfBpffs(process: string): string | undefined {
  const mounts = read(`/proc/${process}/mountinfo`)?.split("\n") ?? [];
  return mounts.map((line) => line.split(" ")).findLast(([, , , , at]) => at === BPFFS)?.[2];
}

function cgroup2(): Machine["cgroup2"] {
  const mounts = read("/proc/mounts")?.split("\n") ?? [];
  const mount = mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2");
  if (mount) return { mount: mount[1]! };
  return /\tcgroup2$/m.test(read("/proc/filesystems") ?? "") ? "supported" : "absent";
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
