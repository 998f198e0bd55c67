// From inside a pod's network, until its input ends. An argument is one line of JSON: { open, closed, stepped, ports, echo }.
// Every 40 ms it opens a connection to `open`, which policy allows, to `closed`, which it denies, and to four of the `ports` of
// `stepped`, of which policy allows two at a time. On `echo` a single connection goes on. A line in: all that it saw since the last.
const net = require("node:net");

const { open, closed, stepped, ports, echo } = JSON.parse(process.argv[2]);
const PERIOD_MS = 40;
// Longer than two retransmissions of a SYN: what is allowed fails only if it was dropped again and again.
const PATIENCE_MS = 5000;
const SHORT_MS = 1500;

let seen;
let lastEcho = Date.now();
const clear = () => (seen = { open: 0, failed: 0, closed: 0, denied: 0, answered: [], gap: 0, broken: "" });
clear();

function attempt([host, port], patience, end) {
  const start = Date.now();
  const socket = net.connect(port, host);
  const finish = (answered) => {
    clearTimeout(timer);
    socket.removeAllListeners().on("error", () => undefined);
    socket.destroy();
    end(answered, start, Date.now());
  };
  const timer = setTimeout(() => finish(false), patience);
  socket.once("connect", () => finish(true)).once("error", () => finish(false));
}

const inTurn = (all) => {
  let next = 0;
  return () => all[next++ % all.length];
};
const [fine, coarse] = [inTurn(ports.slice(0, 8)), inTurn(ports.slice(8))];
setInterval(() => {
  attempt(open, PATIENCE_MS, (answered) => seen[answered ? "open" : "failed"]++);
  attempt(closed, SHORT_MS, (answered) => seen[answered ? "closed" : "denied"]++);
  for (const port of [fine(), fine(), coarse(), coarse()])
    attempt([stepped, port], SHORT_MS, (answered, start, end) => {
      if (answered) seen.answered.push({ port, start, end });
    });
}, PERIOD_MS);

const lasting = net.connect(echo[1], echo[0], () => setInterval(() => lasting.write("."), PERIOD_MS));
lasting.on("data", () => {
  seen.gap = Math.max(seen.gap, Date.now() - lastEcho);
  lastEcho = Date.now();
});
lasting.on("error", ({ message }) => (seen.broken = message));
lasting.on("close", () => (seen.broken ||= "it was closed"));

process.stdin.on("data", () => {
  seen.gap = Math.max(seen.gap, Date.now() - lastEcho);
  console.log(JSON.stringify(seen));
  clear();
});
process.stdin.on("end", () => process.exit());
