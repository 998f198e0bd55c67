// From inside a pod's network: accepts connections on the ports that are its arguments and sends back what comes.
const net = require("node:net");

for (const port of process.argv.slice(2))
  net
    .createServer((socket) => {
      socket.on("error", () => undefined);
      socket.pipe(socket);
    })
    .listen(Number(port), "::");
process.stdin.resume().on("end", () => process.exit());
