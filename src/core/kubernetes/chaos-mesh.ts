/** Chaos Mesh as it is installed in this cluster. Null: it cannot be told (no right to read it, another chart). */
export interface ChaosMeshInstallation {
  readonly version: string | null;
  /** Where its controller runs. */
  readonly namespace: string | null;
  readonly controllerReady: boolean | null;
  /** False: it acts in `targetNamespace` only. */
  readonly clusterScoped: boolean | null;
  readonly targetNamespace: string | null;
  /** It selects Pods only in namespaces that are annotated `chaos-mesh.org/inject=enabled`. */
  readonly filtersNamespaces: boolean | null;
  /** The `--runtime` of its daemon: `docker`, `containerd`, `crio`. */
  readonly runtime: string | null;
  /** Its webhook asks whether the user may create StressChaos in every namespace that is selected. */
  readonly checksRights: boolean | null;
  /** Nodes whose chaos-daemon is ready. */
  readonly daemonNodes: readonly string[] | null;
}
