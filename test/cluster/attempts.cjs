// From inside a pod's network: all these attempts at once, a line of JSON in, a line of JSON out: which of them got an answer.
// An attempt: { "host", "port", "protocol": "TCP" | "UDP" }; a UDP server echoes "echo TEXT", as agnhost netexec does.
const dgram = require("node:dgram");
const net = require("node:net");
const { createInterface } = require("node:readline");

const WAIT_MS = 3000;

function tcp({ host, port }) {
  return new Promise((resolve) => {
    const socket = net.connect(port, host);
    const end = (answered) => {
      socket.removeAllListeners().on("error", () => undefined);
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
    setTimeout(() => end(false), WAIT_MS);
  });
}

function udp({ host, port }) {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(":") ? "udp6" : "udp4");
    let open = true;
    const end = (answered) => {
      if (open) socket.close();
      open = false;
      resolve(answered);
    };
    socket.once("message", () => end(true)).on("error", () => end(false));
    socket.send("echo here", port, host, (error) => error && end(false));
    setTimeout(() => end(false), WAIT_MS);
  });
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const made = JSON.parse(line).map((each) => (each.protocol === "UDP" ? udp(each) : tcp(each)));
  console.log(JSON.stringify(await Promise.all(made)));
});
process.stdin.on("end", () => process.exit());
