import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { otherDataplanes } from "../../agent/other_dataplanes.js";
import { dispatchesOf } from "../../config/read_services.js";
import type { DispatchWord } from "../../config/read_services.js";
import { printableJson } from "../../lint/format/printable_json.js";
import { isFailure } from "../../node/failure.js";
import { examine } from "../../node/doctor/examine.js";
import { lookAtMachine } from "../../node/doctor/machine.js";
import { needRoot } from "../../node/need_root.js";
import { DEFAULT_SERVICE_SETTINGS } from "../../services/settings.js";
import { colorsFor } from "../../source/pretty.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { serviceSettings } from "../service_settings.js";
import { doctorText } from "./text.js";

interface DoctorOptions {
  readonly mode?: DispatchWord;
  readonly link?: readonly string[];
  readonly path?: string;
  readonly netns?: string;
  readonly format: "pretty" | "json";
  /** A path, or false for none. */
  readonly config?: string | false;
  readonly color: boolean;
}

export async function run(options: DoctorOptions): Promise<number> {
  const { mode, link: links, path, netns: name, format, color } = options;
  if (path !== undefined && isIP(path) === 0)
    return fail("doctor", `${path} is not an IP address`, {
      help: "pass the address of another node to --path",
    });
  const netns = name === undefined || name.includes("/") ? name : `/run/netns/${name}`;
  if (netns !== undefined && !existsSync(netns))
    return fail("doctor", `there is no network namespace at ${netns}`, { help: "ip netns lists them" });
  const configured = await serviceSettings(options);
  if (!configured) return EXIT.usage;
  const unseen = needRoot();
  if (unseen) return fail("doctor", unseen.error, unseen);
  const services = { ...DEFAULT_SERVICE_SETTINGS, ...configured, ...(mode && dispatchesOf(mode)) };
  const machine = await lookAtMachine({
    dataplanes: otherDataplanes(),
    ...(links && { links }),
    ...(netns !== undefined && { netns }),
  });
  if (isFailure(machine)) return fail("doctor", machine.error, machine);
  const findings = await examine(machine, { services, ...(path !== undefined && { path }) });
  const { dispatchTcp, dispatchUdp } = services;
  const json = {
    version: 1,
    dispatch: { tcp: dispatchTcp, udp: dispatchUdp },
    links: machine.links.map((each) => each.name),
    findings,
  };
  process.stdout.write(
    format === "json"
      ? `${printableJson(JSON.stringify(json, null, 2))}\n`
      : `${doctorText(findings, colorsFor(process.stdout, color))}\n`,
  );
  return findings.some(({ severity }) => severity === "problem") ? EXIT.findings : EXIT.ok;
}
