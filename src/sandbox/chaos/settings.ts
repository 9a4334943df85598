/** How Chaos Mesh is set up in the sandbox: what its chart's values would say. */
export interface ChaosMeshSettings {
  /** It selects only in namespaces annotated `chaos-mesh.org/inject=enabled` (enableFilterNamespace). */
  readonly filterNamespaces: boolean;
  /** It acts in this namespace alone (clusterScoped=false); null: in all of them. */
  readonly targetNamespace: string | null;
}

export const DEFAULT_SETTINGS: ChaosMeshSettings = { filterNamespaces: false, targetNamespace: null };

/** The version that the stand-in is modelled on. */
export const CHAOS_MESH_VERSION = '2.8.3';

/** Where it is installed. */
export const CHAOS_MESH_NAMESPACE = 'chaos-mesh';
