import { openApiSchema } from '../api/http/openapi.js';
import type { Json, JsonObject } from '../api/json.js';
import { ensureNamespace } from '../api/namespaces.js';
import type { Registry } from '../api/registry.js';
import type { ResourceDefinition } from '../api/resource.js';
import { STAND_IN_ANNOTATION } from '../stand-in.js';
import { DAEMON_SET } from './daemons.js';
import type { ChaosFaults } from './faults.js';
import { CHAOS_MESH_NAMESPACE, CHAOS_MESH_VERSION, type ChaosMeshSettings } from './settings.js';

export interface InstallationOptions {
  readonly settings: ChaosMeshSettings;
  readonly faults: ChaosFaults;
  /** How many nodes have what stands in for a chaos-daemon; 0: nothing acts on experiments here. */
  readonly nodes: number;
}

const STAND_IN =
  'the Podstress sandbox stands in for Chaos Mesh: no Pod is behind this object, the sandbox does its work';
const REGISTRY = 'ghcr.io/chaos-mesh';
const RUNTIME = 'containerd';

/**
 * Writes what clients look for to find out how Chaos Mesh is installed: the objects that its chart makes, each with a note
 * that no Pod is behind it. There are none: what would be in the list of Pods should be a process.
 */
export function installChaosMesh(registry: Registry, options: InstallationOptions): void {
  ensureNamespace(registry, CHAOS_MESH_NAMESPACE);
  const put = (plural: string, group: string, object: JsonObject, namespace = ''): void =>
    void registry.create(registry.definition(plural, group), namespace, object);
  for (const definition of registry.definitions.filter((one) => one.group === 'chaos-mesh.org')) {
    put('customresourcedefinitions', 'apiextensions.k8s.io', customResourceDefinition(definition));
  }
  for (const configuration of webhookConfigurations(registry)) {
    put('validatingwebhookconfigurations', 'admissionregistration.k8s.io', configuration);
  }
  put('deployments', 'apps', controllerManager(options), CHAOS_MESH_NAMESPACE);
  put('daemonsets', 'apps', chaosDaemon(), CHAOS_MESH_NAMESPACE);
  const sets = registry.definition('daemonsets', 'apps');
  const status = daemonStatus(options);
  registry.patch(sets, CHAOS_MESH_NAMESPACE, DAEMON_SET, (current) => ({ ...current, status }), {
    subresource: 'status',
  });
}

function labels(component: string): JsonObject {
  return {
    ...selectorLabels(component),
    'app.kubernetes.io/managed-by': 'podstress-sandbox',
    'app.kubernetes.io/part-of': 'chaos-mesh',
    'app.kubernetes.io/version': CHAOS_MESH_VERSION,
    'helm.sh/chart': `chaos-mesh-${CHAOS_MESH_VERSION}`,
  };
}

function selectorLabels(component: string): JsonObject {
  return {
    'app.kubernetes.io/name': 'chaos-mesh',
    'app.kubernetes.io/instance': 'chaos-mesh',
    'app.kubernetes.io/component': component,
  };
}

function metadata(name: string, component: string): JsonObject {
  return { name, labels: labels(component), annotations: { [STAND_IN_ANNOTATION]: STAND_IN } };
}

/** A workload of one container, as the chart makes it where clients look. */
function workload(component: string, container: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    selector: { matchLabels: selectorLabels(component) },
    template: {
      metadata: { labels: labels(component) },
      spec: { ...more, containers: [container] },
    },
  };
}

function controllerManager({ settings, faults, nodes }: InstallationOptions): JsonObject {
  const { filterNamespaces, targetNamespace } = settings;
  const ready = nodes > 0 && !faults.has('webhook-down') ? 1 : 0;
  const env: Record<string, string> = {
    CLUSTER_SCOPED: String(targetNamespace === null),
    TARGET_NAMESPACE: targetNamespace ?? CHAOS_MESH_NAMESPACE,
    ENABLE_FILTER_NAMESPACE: String(filterNamespaces),
    SECURITY_MODE: 'true',
    CHAOS_DAEMON_SERVICE_PORT: '31767',
  };
  const component = 'controller-manager';
  const container = {
    name: 'chaos-mesh',
    image: `${REGISTRY}/chaos-mesh:v${CHAOS_MESH_VERSION}`,
    command: ['/usr/local/bin/chaos-controller-manager'],
    env: Object.entries(env).map(([name, value]): JsonObject => ({ name, value })),
  };
  return {
    metadata: metadata('chaos-controller-manager', component),
    spec: { replicas: 1, ...workload(component, container) },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      ...(ready === 1 ? { readyReplicas: 1, availableReplicas: 1 } : { unavailableReplicas: 1 }),
      conditions: [
        {
          type: 'Available',
          status: ready === 1 ? 'True' : 'False',
          reason: ready === 1 ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        },
      ],
    },
  };
}

function chaosDaemon(): JsonObject {
  const flags = ['--runtime', RUNTIME, '--http-port', '31766', '--grpc-port', '31767'];
  const container: JsonObject = {
    name: DAEMON_SET,
    image: `${REGISTRY}/chaos-daemon:v${CHAOS_MESH_VERSION}`,
    command: ['/usr/local/bin/chaos-daemon', ...flags],
  };
  return {
    metadata: metadata(DAEMON_SET, 'chaos-daemon'),
    spec: workload('chaos-daemon', container, { hostPID: true }),
  };
}

function daemonStatus({ nodes, faults }: InstallationOptions): JsonObject {
  const ready = faults.has('daemon-missing') ? 0 : nodes;
  return {
    currentNumberScheduled: nodes,
    desiredNumberScheduled: nodes,
    numberMisscheduled: 0,
    numberReady: ready,
    observedGeneration: 1,
    updatedNumberScheduled: nodes,
    ...(ready > 0 ? { numberAvailable: ready } : {}),
    ...(ready < nodes ? { numberUnavailable: nodes - ready } : {}),
  };
}

/** The webhooks that validate, and apart from them the one that asks for rights. */
function webhookConfigurations(registry: Registry): JsonObject[] {
  const kinds = registry.definitions.filter((one) => one.group === 'chaos-mesh.org');
  const validation = kinds.map(({ singular, plural }) =>
    webhook(`v${singular}.kb.io`, `/validate-chaos-mesh-org-v1alpha1-${singular}`, plural),
  );
  const configuration = (name: string, webhooks: Json[]): JsonObject => ({
    metadata: metadata(name, 'admission-webhook'),
    webhooks,
  });
  return [
    configuration('chaos-mesh-validation', validation),
    configuration('chaos-mesh-validation-auth', [webhook('vauth.kb.io', '/validate-auth', '*')]),
  ];
}

function webhook(name: string, path: string, resource: string): JsonObject {
  return {
    name,
    clientConfig: {
      service: { name: 'chaos-mesh-controller-manager', namespace: CHAOS_MESH_NAMESPACE, path, port: 443 },
    },
    rules: [
      {
        apiGroups: ['chaos-mesh.org'],
        apiVersions: ['v1alpha1'],
        operations: ['CREATE', 'UPDATE'],
        resources: [resource],
        scope: '*',
      },
    ],
    failurePolicy: 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 5,
    admissionReviewVersions: ['v1', 'v1beta1'],
  };
}

function customResourceDefinition(definition: ResourceDefinition): JsonObject {
  const { group, version, plural, singular, kind, schema, shortNames } = definition;
  const { metadata: _shared, ...properties } = schema.root.properties ?? {};
  const root = openApiSchema({ ...schema.root, properties });
  const openAPIV3Schema = {
    ...root,
    properties: { ...(root['properties'] as JsonObject), metadata: { type: 'object' } },
  };
  const names = { plural, singular, kind, listKind: `${kind}List` };
  return {
    metadata: {
      name: `${plural}.${group}`,
      annotations: {
        'controller-gen.kubebuilder.io/version': 'v0.18.0',
        [STAND_IN_ANNOTATION]: STAND_IN,
      },
    },
    spec: {
      group,
      names: shortNames.length === 0 ? names : { ...names, shortNames: [...shortNames] },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
    },
    status: {
      acceptedNames: names,
      storedVersions: [version],
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
        { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
      ],
    },
  };
}
