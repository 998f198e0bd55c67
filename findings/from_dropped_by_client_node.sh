#!/bin/sh
# Version:   @kubernetes/client-node 1.4.0.
# Expected:  an object in the form that the API documents, such as `kubectl get -o json` prints, is sent to the API server as it is.
# Seen:      the `from` of a NetworkPolicy's ingress rules is dropped without an error: {"ingress":[{"from":[...]}]} is sent as
#            {"ingress":[{}]}, which lets everybody in. In this client's classes the field is named `_from`, and its serializer keeps
#            only the names it knows. Both KubernetesObjectApi.create, which is made for objects of any source, and
#            NetworkingV1Api do so. `to` of egress rules is kept.
# What to do: read objects with this client's loadYaml, also from JSON; it renames the field.
#
# Needs npm and node. Installs into a temporary folder; an HTTP server on loopback shows what would reach the API server.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @kubernetes/client-node@1.4.0 >/dev/null

cat >main.mjs <<'END'
import { createServer } from "node:http";
import { KubeConfig, KubernetesObjectApi, NetworkingV1Api, loadYaml } from "@kubernetes/client-node";

const web = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "web", namespace: "shop" },
  spec: {
    podSelector: {},
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "front" } } }] }],
    egress: [{ to: [{ podSelector: { matchLabels: { app: "database" } } }] }],
  },
};
const kinds = {
  kind: "APIResourceList",
  groupVersion: "networking.k8s.io/v1",
  resources: [{ name: "networkpolicies", singularName: "networkpolicy", namespaced: true, kind: "NetworkPolicy", verbs: ["create"] }],
};
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    if (request.method === "POST") {
      const { ingress, egress } = JSON.parse(body).spec;
      console.log(JSON.stringify(ingress), JSON.stringify(egress));
    }
    response.setHeader("content-type", "application/json");
    response.end(request.method === "POST" ? body : JSON.stringify(kinds));
  });
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const config = new KubeConfig();
config.loadFromOptions({
  clusters: [{ name: "test", server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true }],
  users: [{ name: "test" }],
  contexts: [{ name: "test", cluster: "test", user: "test" }],
  currentContext: "test",
});
const objects = KubernetesObjectApi.makeApiClient(config);
await objects.create(web);
await config.makeApiClient(NetworkingV1Api).createNamespacedNetworkPolicy({ namespace: "shop", body: web });
await objects.create(loadYaml(JSON.stringify(web)));
server.close();
END
node main.mjs | tee seen
cat >expected <<'END'
[{}] [{"to":[{"podSelector":{"matchLabels":{"app":"database"}}}]}]
[{}] [{"to":[{"podSelector":{"matchLabels":{"app":"database"}}}]}]
[{"from":[{"podSelector":{"matchLabels":{"app":"front"}}}]}] [{"to":[{"podSelector":{"matchLabels":{"app":"database"}}}]}]
END
cmp expected seen
