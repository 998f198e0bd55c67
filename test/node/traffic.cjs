/**
 * Datagrams between pods, for tests: one process in each pod's network namespace. Commands on standard input, one line each.
 *
 *   listen PORT,...            "listening"
 *   count                      JSON: datagrams that arrived, by port
 *   burst ADDRESS PORT COUNT   each from another port; "sent"
 *   stream ADDRESS PORT,...    to each port a datagram a millisecond, every tenth from another port
 *   stop                       JSON: datagrams of the stream that were sent, by port
 */
const dgram = require("node:dgram");
const { createInterface } = require("node:readline");

const arrived = {};
let stream;

function socket() {
  const made = dgram.createSocket("udp4");
  made.on("error", () => undefined);
  return made;
}

function send(from, address, port) {
  return new Promise((resolve) => from.send("x", port, address, (error) => resolve(!error)));
}

async function once(address, port) {
  const from = socket();
  const sent = await send(from, address, port);
  from.close();
  return sent;
}

const commands = {
  async listen(ports) {
    for (const port of ports.split(",")) {
      arrived[port] = 0;
      const bound = socket();
      await new Promise((resolve) => bound.bind(Number(port), resolve));
      bound.setRecvBufferSize(1 << 20);
      bound.on("message", () => arrived[port]++);
    }
    return "listening";
  },
  async count() {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return JSON.stringify(arrived);
  },
  async burst(address, port, count) {
    for (let i = 0; i < Number(count); i++) await once(address, Number(port));
    return "sent";
  },
  async stream(address, ports) {
    const steady = socket();
    const sent = Object.fromEntries(ports.split(",").map((port) => [port, 0]));
    const own = (stream = { sent, running: true });
    stream.ended = (async () => {
      for (let i = 0; own.running; i++) {
        for (const port of Object.keys(sent)) {
          const ok = i % 10 ? await send(steady, address, Number(port)) : await once(address, Number(port));
          if (ok) sent[port]++;
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      steady.close();
    })();
    return "streaming";
  },
  async stop() {
    stream.running = false;
    await stream.ended;
    return JSON.stringify(stream.sent);
  },
};

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const [command, ...args] = line.split(" ");
    process.stdout.write((await commands[command](...args)) + "\n");
  })
  .on("close", () => process.exit(0));
