// From inside a pod's network: a connection to each target every 20 ms, and on a line of input what became of them since the last.
const net = require("node:net");
const targets = process.argv.slice(2);
const counts = {};
const clear = () => targets.forEach((target) => (counts[target] = { open: 0, closed: 0 }));
clear();
setInterval(() => {
  for (const target of targets) {
    const [host, port] = target.split(":");
    const socket = net.connect(Number(port), host);
    const end = (what) => {
      counts[target][what]++;
      socket
        .removeAllListeners()
        .on("error", () => undefined)
        .destroy();
    };
    socket
      .once("connect", () => end("open"))
      .once("error", () => end("closed"))
      .setTimeout(1500, () => end("closed"));
  }
}, 20);
process.stdin.on("data", () => {
  console.log(JSON.stringify(counts));
  clear();
});
process.stdin.on("end", () => process.exit());
