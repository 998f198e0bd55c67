/** How this machine reaches the archive of its distribution and npm's registry, for a root that has to reach them too. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const CERTIFICATES = "/usr/local/share/ca-certificates";

/** Variables of the environment that lead to registries, in a root as here. */
const LEADING = /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/i;

const NPM_SETTINGS = ["registry", "cafile", "proxy", "https-proxy", "noproxy"];

/** Copies what apt and TLS need. Certificates are in force after `update-ca-certificates`. */
export function configureClients(root: string, suite: string): void {
  write(root, "etc/resolv.conf", readFileSync("/etc/resolv.conf", "utf8"));
  write(root, "etc/hosts", readFileSync("/etc/hosts", "utf8"));
  write(root, "etc/apt/apt.conf.d/90machine", aptSettings());
  const sources = aptSources(suite);
  if (sources) write(root, "etc/apt/sources.list", sources);
  if (existsSync(CERTIFICATES)) cpSync(CERTIFICATES, join(root, CERTIFICATES), { recursive: true });
}

/** Where debootstrap looks, by the sources of this machine; undefined: where it looks by itself. */
export function debianMirror(): string | undefined {
  return repositories().find(({ release }) => release === codename())?.uri;
}

export function clientEnvironment(): Record<string, string> {
  const leading = Object.entries(process.env).filter(([name]) => LEADING.test(name));
  const npm = NPM_SETTINGS.map((name) => [
    `npm_config_${name.replaceAll("-", "_")}`,
    execFileSync("npm", ["config", "get", name], { encoding: "utf8" }).trim(),
  ]).filter(([, value]) => value !== "" && value !== "null" && value !== "undefined");
  return Object.fromEntries([...leading, ...npm]) as Record<string, string>;
}

function aptSettings(): string {
  const lines = execFileSync("apt-config", ["dump"], { encoding: "utf8" }).split("\n");
  const acquire = lines.filter((line) => /^Acquire::(https?|Check-|Retries|Force)/i.test(line));
  return `${acquire.join("\n")}\n`;
}

/**
 * This machine's sources, of the other release: with its updates and security fixes, as a new installation has them. sid has
 * neither, it is where they come from.
 */
function aptSources(suite: string): string | undefined {
  const own = codename();
  const lines = repositories()
    .filter(({ release }) => release === own || (suite !== "sid" && release.startsWith(`${own}-`)))
    .map(({ uri, release }) => `deb ${uri} ${suite}${release.slice(own.length)} main\n`);
  return lines.length > 0 ? lines.join("") : undefined;
}

interface Repository {
  readonly uri: string;
  /** Such as `bookworm-updates`. */
  readonly release: string;
}

function repositories(): readonly Repository[] {
  if (osRelease("ID") !== "debian") return [];
  const format = ["--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages", "Component: main"];
  const lines = execFileSync("apt-get", ["indextargets", ...format], { encoding: "utf8" }).split("\n");
  return [...new Set(lines)].filter(Boolean).map((line) => {
    const [uri, release] = line.split(" ");
    return { uri: uri!, release: release! };
  });
}

function codename(): string {
  return osRelease("VERSION_CODENAME");
}

function osRelease(key: string): string {
  const line = readFileSync("/etc/os-release", "utf8")
    .split("\n")
    .find((candidate) => candidate.startsWith(`${key}=`));
  return (line ?? "").slice(key.length + 1).replaceAll('"', "");
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Whether certificates of this machine's own have to be made known. */
export function hasOwnCertificates(): boolean {
  return existsSync(CERTIFICATES) && readdirSync(CERTIFICATES).length > 0;
}
