/**
 * The few fields of Kubernetes and Chaos Mesh objects that Podstress reads or writes, named as the API names them.
 * Everything is optional that an API server may leave out; quantities and times stay strings as on the wire.
 */

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface ResourceRequirements {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

export interface HttpGetAction {
  readonly path?: string;
  readonly port: number | string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

export interface Probe {
  readonly httpGet?: HttpGetAction;
  readonly tcpSocket?: { readonly port: number | string };
  readonly exec?: { readonly command: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
  readonly appArmorProfile?: { readonly type: string };
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: string;
  }[];
  readonly resources?: ResourceRequirements;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly VolumeMount[];
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly (Container & { readonly restartPolicy?: string })[];
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly hostPID?: boolean;
  readonly hostNetwork?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly priorityClassName?: string;
  readonly schedulerName?: string;
  readonly serviceAccountName?: string;
  readonly securityContext?: Pick<
    SecurityContext,
    'runAsUser' | 'runAsGroup' | 'runAsNonRoot' | 'seccompProfile'
  >;
  readonly volumes?: readonly Volume[];
}

export interface ContainerStateTerminated {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly containerID?: string;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: ContainerStateTerminated;
}

export interface ContainerStatus {
  readonly name: string;
  /** `RUNTIME://ID`; empty or absent until the container was created. */
  readonly containerID?: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly qosClass?: QosClass;
  readonly hostIP?: string;
  readonly podIP?: string;
  readonly startTime?: string;
  readonly conditions?: readonly Condition[];
  readonly nominatedNodeName?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

export interface Pod {
  readonly apiVersion?: 'v1';
  readonly kind?: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export interface KubernetesEvent {
  readonly apiVersion?: 'v1';
  readonly kind?: 'Event';
  readonly metadata: ObjectMeta;
  readonly involvedObject: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly fieldPath?: string;
  };
  readonly reason?: string;
  readonly message?: string;
  readonly type?: 'Normal' | 'Warning';
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
}

export type ChaosMode = 'one' | 'all' | 'fixed' | 'fixed-percent' | 'random-max-percent';

export interface PodSelectorSpec {
  readonly namespaces?: readonly string[];
  readonly labelSelectors?: Readonly<Record<string, string>>;
  readonly annotationSelectors?: Readonly<Record<string, string>>;
  readonly fieldSelectors?: Readonly<Record<string, string>>;
  readonly expressionSelectors?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
  readonly podPhaseSelectors?: readonly string[];
  readonly nodeSelectors?: Readonly<Record<string, string>>;
  readonly nodes?: readonly string[];
  /** Namespace -> Pod names. When not empty, Chaos Mesh ignores every other selector. */
  readonly pods?: Readonly<Record<string, readonly string[]>>;
}

export interface MemoryStressor {
  readonly workers: number;
  /** A TOTAL shared by the workers, e.g. `50MiB` or `25%` (of the node's memory). */
  readonly size?: string;
  readonly oomScoreAdj?: number;
  readonly options?: readonly string[];
}

export interface CpuStressor {
  readonly workers: number;
  readonly load?: number;
  readonly options?: readonly string[];
}

export interface StressChaosSpec {
  readonly mode: ChaosMode;
  readonly value?: string;
  readonly selector: PodSelectorSpec;
  readonly containerNames?: readonly string[];
  readonly stressors?: { readonly memory?: MemoryStressor; readonly cpu?: CpuStressor };
  readonly stressngStressors?: string;
  readonly duration?: string;
  readonly remoteCluster?: string;
}

export interface StressChaosRecord {
  /** `namespace/pod/container`. */
  readonly id: string;
  readonly selectorKey: string;
  readonly phase: string;
  readonly injectedCount: number;
  readonly recoveredCount: number;
  readonly events?: readonly {
    readonly type: 'Succeeded' | 'Failed';
    readonly operation: 'Apply' | 'Recover';
    readonly message?: string;
    readonly timestamp: string;
  }[];
}

export interface StressChaosStatus {
  readonly conditions?: readonly Condition[];
  readonly experiment?: {
    readonly desiredPhase?: 'Run' | 'Stop';
    readonly containerRecords?: readonly StressChaosRecord[];
  };
  readonly instances?: Readonly<
    Record<
      string,
      {
        readonly uid?: string;
        readonly startTime?: string;
        readonly memoryUid?: string;
        readonly memoryStartTime?: string;
      }
    >
  >;
}

export interface StressChaos {
  readonly apiVersion: 'chaos-mesh.org/v1alpha1';
  readonly kind: 'StressChaos';
  readonly metadata: ObjectMeta;
  readonly spec: StressChaosSpec;
  readonly status?: StressChaosStatus;
}

/** The annotation that pauses an experiment while its value is exactly `true`. */
export const PAUSE_ANNOTATION = 'experiment.chaos-mesh.org/pause';
