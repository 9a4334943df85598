/** Labels by which the node agent's Pods are known. */
export const AGENT_POD_LABELS = { 'app.kubernetes.io/name': 'podstress-agent' } as const;
