/**
 * Connections between two pods, judged by what both ends count; until standard input ends, then JSON.
 *   traffic.cjs serve ALLOWED DENIED            what arrived where nothing may: {"leaked", "resent", "packets"}
 *   traffic.cjs connect ADDRESS ALLOWED DENIED  {"failed", "resent", "packets", "refused"}
 * `resent`: TCP segments sent again, since the kernel dropped one that is allowed.
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

function counters() {
  return {
    resent: snmp("Tcp", "RetransSegs"),
    packets: snmp("Tcp", "OutSegs") + snmp("Udp", "OutDatagrams"),
  };
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
  await new Promise((resolve) => net.createServer(() => leaked++).listen(Number(denied), resolve));
  dgram
    .createSocket("udp4")
    .on("message", () => leaked++)
    .bind(Number(denied));
  process.stdout.write("ready\n");
  await ended;
  return { leaked, ...counters() };
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
  const begun = counters();
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
  /** Before the first SYN is sent again. */
  const tryDenied = async () => {
    const udp = dgram.createSocket("udp4");
    while (!over) {
      const socket = net.connect(Number(denied), address).on("error", () => undefined);
      for (let i = 0; i < 10; i++) {
        udp.send("x", Number(denied), address, () => undefined);
        refused++;
        await sleep(2);
      }
      refused++;
      socket.destroy();
    }
    udp.close();
  };
  process.stdout.write("ready\n");
  const all = Promise.all([talk(), open(), tryDenied()]);
  await ended;
  over = true;
  await all;
  const { resent, packets } = counters();
  return { failed, refused, resent: resent - begun.resent, packets: packets - begun.packets };
}

(role === "serve" ? serve(args) : client(args)).then((result) => {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
});
