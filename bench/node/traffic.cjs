/**
 * Connections between two pods and datagrams that policy denies, until standard input ends, then JSON.
 *   traffic.cjs serve ALLOWED DENIED            {"leaked", "packets"}: datagrams that arrived where none may
 *   traffic.cjs connect ADDRESS ALLOWED DENIED  {"failed", "refused", "packets"}: connections that were not made, datagrams to
 *                                               the denied port, and all packets
 */
const dgram = require("node:dgram");
const { readFileSync } = require("node:fs");
const net = require("node:net");

const [, , role, ...args] = process.argv;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Counters of this network namespace. */
function snmp(protocol, name) {
  const [names, values] = readFileSync("/proc/self/net/snmp", "utf8")
    .split("\n")
    .filter((line) => line.startsWith(`${protocol}: `))
    .map((line) => line.split(" "));
  return Number(values[names.indexOf(name)]);
}

function packetsSent() {
  return snmp("Tcp", "OutSegs") + snmp("Udp", "OutDatagrams");
}

const ended = new Promise((resolve) => process.stdin.on("data", () => undefined).on("end", resolve));

async function serve([allowed, denied]) {
  let leaked = 0;
  const echo = (socket) =>
    socket
      .setNoDelay(true)
      .on("error", () => undefined)
      .pipe(socket);
  await new Promise((resolve) => net.createServer(echo).listen(Number(allowed), resolve));
  dgram
    .createSocket("udp4")
    .on("message", () => leaked++)
    .bind(Number(denied));
  process.stdout.write("ready\n");
  await ended;
  return { leaked, packets: packetsSent() };
}

function connect(address, port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, address);
    socket.setNoDelay(true);
    socket.on("connect", () => resolve(socket)).on("error", () => resolve(undefined));
  });
}

async function client([address, allowed, denied]) {
  let over = false;
  let failed = 0;
  let refused = 0;
  /** One connection that lasts, with a byte there and back at a time. */
  const talk = async () => {
    const socket = await connect(address, Number(allowed));
    if (!socket) return void failed++;
    while (!over) {
      const back = new Promise((resolve) => socket.once("data", resolve));
      socket.write("x");
      await back;
      await sleep(1);
    }
    socket.destroy();
  };
  const open = async () => {
    while (!over) {
      const socket = await connect(address, Number(allowed));
      if (!socket) failed++;
      socket?.destroy();
      await sleep(2);
    }
  };
  const tryDenied = async () => {
    const udp = dgram.createSocket("udp4");
    while (!over) {
      // A packet that the kernel drops on its way out of the pod is an error here, and has been sent all the same.
      await new Promise((resolve) => udp.send("x", Number(denied), address, resolve));
      refused++;
      await sleep(2);
    }
    udp.close();
  };
  process.stdout.write("ready\n");
  const all = Promise.all([talk(), open(), tryDenied()]);
  await ended;
  over = true;
  await all;
  return { failed, refused, packets: packetsSent() };
}

(role === "serve" ? serve(args) : client(args)).then((result) => {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
});
