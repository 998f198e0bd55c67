/*
 * Many TCP connections at once, driven by lines on standard input; an answer a line on standard output.
 *   crowd.cjs listen ADDRESS PORT         `push`: sends a byte on each; `count`: connections, and bytes that came
 *   crowd.cjs connect ADDRESS PORT N      the same from the other end, once all N are connected
 */
const net = require("node:net");
const { createInterface } = require("node:readline");

const [, , role, address, port, number] = process.argv;
const sockets = new Set();
let bytes = 0;

function take(socket) {
  sockets.add(socket);
  socket.setNoDelay(true);
  socket.on("data", (data) => (bytes += data.length));
  socket.on("error", () => sockets.delete(socket));
  socket.on("close", () => sockets.delete(socket));
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

if (role === "listen")
  net.createServer(take).listen({ host: address, port: Number(port), backlog: 4096 }, () => say("ready"));
else {
  let connected = 0;
  for (let i = 0; i < Number(number); i++)
    take(
      net.connect(Number(port), address, () => {
        if (++connected === Number(number)) say("ready");
      }),
    );
}

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "push") for (const socket of sockets) socket.write("x");
  say(`${sockets.size} ${bytes}`);
});
