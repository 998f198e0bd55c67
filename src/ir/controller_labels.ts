/** Labels that workload controllers set on the pods they create, by label name. */
export const LABELS = {
  jobName: ["batch.kubernetes.io/job-name", "job-name"],
  jobUid: ["batch.kubernetes.io/controller-uid", "controller-uid"],
  jobIndex: "batch.kubernetes.io/job-completion-index",
  podName: "statefulset.kubernetes.io/pod-name",
  podIndex: "apps.kubernetes.io/pod-index",
  templateHash: "pod-template-hash",
  revision: "controller-revision-hash",
  generation: "pod-template-generation",
} as const;

export const CONTROLLER_LABELS: ReadonlySet<string> = new Set(Object.values(LABELS).flat());
