// Beside the control plane: a policy that allows other ports every PERIOD_MS, for as long as its input is open. An API that is away
// is asked again. Arguments: the path of the policy, the pods' label, and its ports: of the first eight it allows another one at each
// step, of the others one for eight steps, so that two steps are alike only after all of them. A line in: the steps that were begun,
// each with when it was first sent and, if so, when the API had taken it.
const https = require("node:https");

const [path, app, ...ports] = process.argv.slice(2);
const [fine, coarse] = [ports.slice(0, 8).map(Number), ports.slice(8).map(Number)];
const PERIOD_MS = 500;
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
const steps = [];

function put(allowed) {
  const body = JSON.stringify({
    ...{
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: path.split("/").at(-1) },
    },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ["Ingress"],
      ingress: [{ ports: allowed.map((port) => ({ port })) }],
    },
  });
  const headers = { authorization: "Bearer admin-token", "content-type": "application/json" };
  const options = { host: "172.31.77.1", port: 6443, path, method: "PUT", headers, agent, timeout: 3000 };
  return new Promise((resolve) => {
    const request = https.request(options, (response) => {
      response
        .resume()
        .on("end", () => resolve(response.statusCode < 300))
        .on("error", () => resolve(false));
    });
    request.on("timeout", () => request.destroy(new Error("no answer"))).on("error", () => resolve(false));
    request.end(body);
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function roll() {
  for (let i = 0; ; i++) {
    const both = [fine[i % 8], coarse[Math.floor(i / 8) % coarse.length]];
    const step = { ports: both, sent: Date.now() };
    steps.push(step);
    while (!(await put(step.ports))) await pause(200);
    step.taken = Date.now();
    await pause(PERIOD_MS);
  }
}

process.stdin.on("data", () => console.log(JSON.stringify(steps)));
process.stdin.on("end", () => process.exit());
void roll();
