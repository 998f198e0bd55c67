// Puts polc's image together without a container engine, as an OCI archive that `ctr images import`, `skopeo copy`, `podman load`
// and `docker load` take. The same files give the same bytes.
//   node scripts/image/oci.mjs OUT.tar [NAME:TAG]
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { writeTar } from "../../dist/src/cluster/tar.js";
import { imageLayers, RUN } from "./root.mjs";

const { version } = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8"),
);
const [out, name = `localhost/polc:${version}`] = process.argv.slice(2);
if (!out) throw new Error("usage: node scripts/image/oci.mjs OUT.tar [NAME:TAG]");

const blobs = new Map();

function blob(mediaType, data) {
  const hex = createHash("sha256").update(data).digest("hex");
  blobs.set(`blobs/sha256/${hex}`, data);
  return { mediaType, digest: `sha256:${hex}`, size: data.length };
}

const json = (value) => Buffer.from(JSON.stringify(value));

/** Without the time and the system, which gzip would note. */
function zipped(data) {
  const packed = gzipSync(data, { level: 6 });
  packed[9] = 255;
  return packed;
}

const ARCHITECTURES = { x64: "amd64", arm64: "arm64" };
const created = "1970-01-01T00:00:00Z";
const tars = (await imageLayers()).map(writeTar);
const layers = tars.map((tar) => blob("application/vnd.oci.image.layer.v1.tar+gzip", zipped(tar)));
const config = blob(
  "application/vnd.oci.image.config.v1+json",
  json({
    created,
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: "linux",
    config: RUN,
    rootfs: {
      type: "layers",
      diff_ids: tars.map((tar) => `sha256:${createHash("sha256").update(tar).digest("hex")}`),
    },
    history: tars.map((_, i) => ({ created, created_by: i === 0 ? "runtime" : `polc ${version}` })),
  }),
);
const manifest = blob(
  "application/vnd.oci.image.manifest.v1+json",
  json({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers }),
);
const annotations = {
  "io.containerd.image.name": name,
  "org.opencontainers.image.ref.name": name.split(":").at(-1),
};
const pathOf = ({ digest }) => `blobs/${digest.replace(":", "/")}`;
const files = {
  "oci-layout": json({ imageLayoutVersion: "1.0.0" }),
  "index.json": json({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  // For engines that read docker's own form alone.
  "manifest.json": json([{ Config: pathOf(config), RepoTags: [name], Layers: layers.map(pathOf) }]),
};
const archive = [...Object.entries(files), ...blobs].map(([name, data]) => ({ name, data }));
writeFileSync(out, writeTar(archive));
process.stdout.write(`${out}: ${name} ${manifest.digest}\n`);
