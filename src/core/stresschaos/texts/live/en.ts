/** What live rules say, as in ../en.ts; `CODE.about` is the text of the rule's page: cause, effect, remedy. */
export const liveEn: Readonly<Record<string, string>> = {
  MS101: 'No Pod matches now: none of {total} in {namespaces}. Targets are chosen once, at the start.',
  'MS101.empty': 'No Pod matches now: there is none in {namespaces}. Targets are chosen once, at the start.',
  'MS101.criterion':
    'No Pod matches now: {field} matches none of {total} in {namespaces}; without it, {count} would be hit.',
  'MS101.namespace': 'There is no namespace "{namespace}" in this cluster.',
  'MS101.node': 'There is no node "{node}" in this cluster: Chaos Mesh then selects nothing at all.',
  'MS101.about':
    'Chaos Mesh chooses its targets once, when the experiment starts. Where nothing matches then, it fails with "no pod is selected" and does not try again, even if a matching Pod comes up later. Compare the selector with the labels of the Pods (hover it, or use Preview targets); namespaces must be listed where they are not the experiment\'s own.',
  MS102: 'Pods hit now ({total}): {pods}.',
  'MS102.choice': 'Pods hit: {most} of {total}, chosen at random: {pods}.',
  'MS102.single': '{owner} has one Pod, and this hits it: nothing else can serve meanwhile.',
  'MS102.all': 'Hits all {replicas} Pods of {owner} at once: none is left to serve.',
  'MS102.budget':
    'Pods hit of the disruption budget {budget}: {count}; it allows {allowed} to be missing. Budgets do not hold back OOM kills.',
  'MS102.about':
    'The Pods that the selector and the mode take now. Where that is every replica of a workload, or more than its PodDisruptionBudget allows, the service may be gone for as long as the stress lasts: the kernel and Chaos Mesh know nothing of budgets. Use mode one, fixed or fixed-percent to leave some Pods alone.',
  MS103:
    'Only "{container}" of each Pod is stressed, the first of its containers (not {others}): say which one in containerNames.',
  'MS103.about':
    'Without containerNames Chaos Mesh stresses the first container of each Pod, in the order of its spec. Sidecars that are injected may come first, and another version of the Pod may have another order. Name the container that you mean.',
  MS104:
    'No target has a container "{name}": {known}. Chaos Mesh then fails with "no target has been selected".',
  'MS104.some':
    '{having} of {total} Pods have a container "{name}"; the others are not stressed by this name.',
  'MS104.init':
    '"{name}" is an init container: Chaos Mesh stresses none of these, sidecars among them included.',
  'MS104.about':
    "containerNames is held against spec.containers of each Pod, letter by letter. Init containers (sidecars with restartPolicy Always too) and ephemeral containers are never matched, and names that no Pod has are passed over in silence. Use the name as the Pod's spec has it.",
  MS105:
    'Namespace "{namespace}" is not annotated chaos-mesh.org/inject=enabled, and this Chaos Mesh selects Pods only where it is.',
  'MS105.scope':
    'This Chaos Mesh acts in namespace "{target}" only (clusterScoped: false): it selects nothing in "{namespace}".',
  'MS105.about':
    'Chaos Mesh can be installed so that it selects only in annotated namespaces (enableFilterNamespace) or in a single one (clusterScoped: false). What lies outside is passed over without an error in the object, and a dry run does not see it. Annotate the namespace (kubectl annotate namespace NAME chaos-mesh.org/inject=enabled), or use one that is in scope.',
  MS106: 'Nothing can inject this experiment.',
  'MS106.missing':
    'Chaos Mesh is not installed in this cluster, and no node agent may stress: nothing can inject this.',
  'MS106.controller': "Chaos Mesh's controller is not ready: the experiment would be refused, or wait.",
  'MS106.daemon': 'No chaos-daemon is ready on {nodes}: Pods there cannot be stressed.',
  'MS106.agent': 'No agent that may stress answers on {nodes}: Pods there cannot be stressed.',
  'MS106.runtime':
    'Chaos Mesh is set up for {runtime}, and node {node} runs {theirs}: its daemon finds no container there.',
  'MS106.about':
    "A stress is started by a helper on the node of its target: chaos-daemon, or our agent. Where none is ready, Chaos Mesh tries again and again and injects nothing. Look at the daemon's Pod on that node (kubectl get pods -A -l app.kubernetes.io/component=chaos-daemon -o wide); a wrong runtime is set with chaosDaemon.runtime and socketPath of the Helm chart.",
  MS107:
    'OOM kills ahead: working set {before|memory} + {added|memory} > limit {limit|memory} ({container} in {pod}; {count}/{total} containers).',
  'MS107.stressor':
    'OOM kills ahead: working set {before|memory} + {added|memory} > limit {limit|memory} ({container} in {pod}; {count}/{total} containers). First to die: the stressor.',
  'MS107.application':
    'OOM kills ahead: working set {before|memory} + {added|memory} > limit {limit|memory} ({container} in {pod}; {count}/{total} containers). First to die: the application.',
  'MS107.alone':
    'OOM kills ahead: {added|memory} > limit {limit|memory} ({container} in {pod}; {count}/{total} containers).',
  'MS107.about':
    'What the container holds and what the stress adds is more than its limit. The kernel then ends the process with the highest badness: memory plus oom_score_adj in thousandths of the limit. A stressor that dies is started again and dies again, which shows as a saw-tooth; if the application dies, the container restarts and the stress is gone. If you want pressure and no kill, lower the size; if you want kills, choose the victim with oomScoreAdj.',
  MS108:
    'Probably no effect: working set {before|memory} + {added|memory} is {percent} % of the limit of {limit|memory}.',
  'MS108.about':
    'Even the fullest of the targets stays well below its limit, so that the kernel neither reclaims memory nor kills. That is fine for a first try; to see how the application behaves under pressure, raise the size.',
  MS109:
    'Container "{container}" of {pod} has no memory limit: the stress takes from the node, and other Pods are at risk.',
  'MS109.free':
    'Container "{container}" has no memory limit: {added|memory} come out of {free|memory} that node {node} has left, and other Pods are at risk.',
  'MS109.about':
    'Without a limit nothing stops the container before the node runs short. Then the kubelet evicts Pods, or the kernel kills by its own ranking across all of the node: the victim may be any Pod. Give the container a limit, or stress one that has one.',
  MS110:
    '{added|memory} on node {node} (containers: {count}) is more than the {bound|memory} that Pods may have there.',
  'MS110.free':
    '{added|memory} on node {node} (containers: {count}) is more than the {bound|memory} that it has left.',
  'MS110.about':
    'The stress adds up over the targets on one node, as far as their limits let it. When it is more than the node has, the node itself runs out: evictions, or OOM kills of any Pod. Lower the size, hit fewer Pods, or give the containers limits.',
  MS111:
    'Node {node} kills whole containers (memory.oom.group): one OOM kill restarts "{container}" of {pod}, and the stress is gone.',
  'MS111.about':
    'Since Kubernetes 1.28 the kubelet sets memory.oom.group on cgroup v2: if any process of a container is OOM-killed, all are. Even if the stressor is the victim, the container restarts; the stress is not injected again though the status still says Injected. Stay below the limit, or let the kubelet kill single processes (singleProcessOOMKill: true, 1.32 and later).',
  MS112:
    'The liveness probe of "{container}" (every {period} s, {threshold} failures) restarts it after about {seconds} s without an answer: the stress is gone then, and not injected again.',
  'MS112.about':
    'A container that is short of memory answers late or not at all. After periodSeconds × failureThreshold the kubelet restarts it, and the stress ends with the old instance while the status still says Injected (chaos-mesh#3867). Make the experiment shorter than that, or relax the probe for the time of the test.',
  MS113: '{experiments} already stresses "{container}" of {pod}: both act at once.',
  'MS113.memory': '{experiments} already stresses "{container}" of {pod} with {held|memory}: the sizes add.',
  'MS113.about':
    'Experiments do not know of each other: each starts its own workers in the container, and their sizes add. Stop the other one, or count it in.',
  MS114: 'Autoscaler {scaler} watches the memory of {owner}: it will add Pods while the stress lasts.',
  'MS114.vertical':
    'VerticalPodAutoscaler {scaler} watches the memory of {owner}: it will raise its requests, and may recreate Pods for it.',
  'MS114.about':
    "An autoscaler takes the stressor's memory for the application's. It adds replicas, or raises requests and recreates Pods, which ends the stress there. That may be just what you test; otherwise suspend the autoscaler for the time of the experiment.",
  MS115:
    'Node {node} has {swap|memory} of swap: where the container may use it, the pressure goes there and the working set does not reach the limit.',
  'MS115.about':
    'Workers touch their memory once and leave it. With swap the kernel moves such pages out: usage falls, no OOM comes, and the application gets slow instead. Whether a Pod may swap is up to the kubelet (memorySwap.swapBehavior) and memory.swap.max of its cgroup. Stress on a node without swap for a clear result.',
  MS116: '{pod} keeps the cluster running: do not stress it.',
  'MS116.system': '{pod} is in {namespace}: stressing it can take the cluster down.',
  'MS116.mesh': '{pod} is part of Chaos Mesh itself: stressed, it may not be able to end the experiment.',
  'MS116.agent': '{pod} is the node agent of Podstress: stressed, it cannot show what happens.',
  'MS116.about':
    "The selector hits Pods that the cluster, Chaos Mesh or Podstress itself needs. If they die the experiment may not end, or not be seen. Narrow the selector to the application's namespace and labels.",
  MS117:
    '{pod} is {phase}, and is hit all the same (Pods like it: {count}): its injection fails. Select only running Pods.',
  'MS117.some':
    '{pod} is {phase}, and may be the one that is chosen (Pods like it: {count}): its injection fails. Select only running Pods.',
  'MS117.about':
    'Chaos Mesh selects Pods in any phase. In one that does not run there is no container to stress: the experiment stays in Injecting and tries again and again. Add podPhaseSelectors: [Running].',
  MS118:
    'oomScoreAdj {written} is below the {adj} of "{container}" in {pod}: the application ranks above the stressor and is killed first.',
  'MS118.about':
    'The kubelet gives each container an oom_score_adj by its QoS class: 1000 for BestEffort, about 1000 - 1000 × request / node memory for Burstable, -997 for Guaranteed. A stressor with a lower one outlives the application. Raise oomScoreAdj to 1000 if the stressor is to be the victim.',
  MS119: 'The processes of the targets have oom_score_adj {adj}.',
  'MS119.guaranteed':
    'Guaranteed Pods have oom_score_adj {adj}: the stressor dies first, whatever its own is.',
  'MS119.range': 'The processes of the targets have oom_score_adj {low} to {high}.',
  'MS119.about':
    "What the kubelet gave the targets, to compare with the stressor's own: the kernel adds oom_score_adj, in thousandths of the limit, to the memory of each process and takes the highest.",
  MS120: 'Chaos Mesh {version} mishandles this.',
  'MS120.adj': 'Chaos Mesh {version} starts no stressor where oomScoreAdj is set (fixed in 2.2.1).',
  'MS120.size': 'Chaos Mesh {version} reads MiB as MB: less is allocated than is written here.',
  'MS120.cgroup': 'Chaos Mesh {version} cannot stress on nodes with cgroup v2 (2.2 can).',
  'MS120.runtime':
    'Chaos Mesh {version} cannot stress on nodes with cgroup v2 unless they run containerd (2.4.3 can: "invalid group path").',
  'MS120.about':
    'The version that runs in this cluster is known to do something else with this field or node than is written. Update Chaos Mesh, or leave the field out.',
  MS121: 'You may not create {resource} in {namespaces}: the API server will refuse.',
  'MS121.webhook':
    'You may not create {resource} in {namespaces}: Chaos Mesh asks for that in every selected namespace.',
  'MS121.cluster':
    'You may not create {resource} in the whole cluster: Chaos Mesh asks for that where no namespaces are selected.',
  'MS121.about':
    "Creating an experiment takes the right to create it in its own namespace and, in Chaos Mesh's security mode, in every namespace that is selected; Schedules and Workflows are asked for by the singular name of their kind. An administrator grants it with kubectl create clusterrole NAME --verb=create --resource=RESOURCE.chaos-mesh.org and a rolebinding in each of the namespaces.",
};
