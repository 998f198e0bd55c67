/** Networks of clouds drop what has not the address of its machine: replies of direct return, and packets to pods. */
import type { Found } from "./finding.js";
import { ok, problem, warning } from "./finding.js";
import type { Machine, Wanted } from "./machine.js";
import { modesOf } from "./modes.js";

interface Cloud {
  readonly name: string;
  readonly matches: (dmi: Machine["dmi"]) => boolean;
  /** What to change. */
  readonly setting: string;
  /** Its network drops IP in IP, as its documentation says. */
  readonly dropsIpip?: true;
}

const CLOUDS: readonly Cloud[] = [
  {
    name: "Amazon EC2",
    matches: ({ sys_vendor, bios_vendor }) => sys_vendor === "Amazon EC2" || bios_vendor === "Amazon EC2",
    setting:
      "turn the source/destination check off: aws ec2 modify-instance-attribute --instance-id ID --no-source-dest-check",
  },
  {
    name: "Google Compute Engine",
    matches: ({ product_name }) => product_name === "Google Compute Engine",
    setting: "set canIpForward: gcloud compute instances create --can-ip-forward",
  },
  {
    name: "Azure",
    // The tag is the same on all of Azure; Hyper-V elsewhere has the vendor too.
    matches: ({ chassis_asset_tag }) => chassis_asset_tag === "7783-7084-3265-9085-8269-3286-77",
    setting: "turn IP forwarding on for the interface: az network nic update --ip-forwarding true",
    dropsIpip: true,
  },
  {
    name: "Oracle Cloud",
    matches: ({ chassis_asset_tag }) => chassis_asset_tag === "OracleCloud.com",
    setting:
      "skip the source/destination check: oci network vnic update --vnic-id ID --skip-source-dest-check true",
  },
  {
    name: "Alibaba Cloud",
    matches: ({ product_name, sys_vendor }) => /^Alibaba Cloud/.test(product_name || sys_vendor || ""),
    setting: "ask its support for the network's check of sources, or use services.dispatch: snat",
  },
  {
    name: "OpenStack",
    matches: ({ product_name }) => /^OpenStack/.test(product_name ?? ""),
    setting:
      "allow the addresses of services on the port: openstack port set --allowed-address ip-address=BLOCK PORT, or --disable-port-security",
  },
];

export function checkCloud({ dmi }: Machine, { services }: Wanted): readonly Found[] {
  const cloud = CLOUDS.find(({ matches }) => matches(dmi));
  if (!cloud) return [ok("the firmware names no cloud that is known to check sources")];
  const modes = modesOf(services);
  const found = modes.every((mode) => mode === "snat")
    ? ok(`this is ${cloud.name}, whose check of sources SNAT passes`)
    : warning(
        `this is ${cloud.name}, whose network drops replies with a service's source; its setting cannot be read here`,
        `${cloud.setting}; or use services.dispatch: snat`,
      );
  if (!cloud.dropsIpip || !modes.includes("ipip")) return [found];
  return [
    found,
    problem(`${cloud.name} drops IP in IP between its machines`, "use services.dispatch: geneve or snat"),
  ];
}
