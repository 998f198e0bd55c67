const RULES = Array.from(
  { length: 80 },
  (_, i) => `    - { from: [{ ipBlock: { cidr: 10.${i}.0.0/16 } }], ports: [{ port: ${1000 + i} }] }\n`,
);

/** More tests than straight code is made for: the examples have none of these, which become a table. */
export const MANY_RULES = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: many, namespace: many }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
${RULES.join("")}`;
