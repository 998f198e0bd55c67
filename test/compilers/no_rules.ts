/** A decision that looks at nothing of the flow: the examples have rules for every direction. */
export const NO_RULES = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: none, namespace: none }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
`;
