/** See en.ts. */
export const liveZhCn: Readonly<Record<string, string>> = {
  MS101: '现在没有 Pod 匹配：{namespaces} 中的 {total} 个都不符合。目标只在开始时选择一次。',
  'MS101.empty': '现在没有 Pod 匹配：{namespaces} 中没有任何 Pod。目标只在开始时选择一次。',
  'MS101.criterion':
    '现在没有 Pod 匹配：{field} 排除了 {namespaces} 中的全部 {total} 个；去掉它会命中 {count} 个。',
  'MS101.namespace': '该集群中没有命名空间“{namespace}”。',
  'MS101.node': '该集群中没有节点“{node}”：Chaos Mesh 因此什么都不选。',
  'MS101.about':
    'Chaos Mesh 只在实验开始时选择一次目标。此时若无匹配，实验以“no pod is selected”失败并且不再尝试，即使之后出现了匹配的 Pod。请将选择器与 Pod 的标签对照（悬停查看，或使用预览目标）；命名空间若不是实验自身的，必须列出。',
  MS102: '现在命中 {total} 个 Pod：{pods}。',
  'MS102.choice': '从 {total} 个 Pod 中随机命中 {most} 个：{pods}。',
  'MS102.single': '{owner} 只有一个 Pod，而它会被命中：期间没有其他 Pod 可以提供服务。',
  'MS102.all': '同时命中 {owner} 的全部 {replicas} 个 Pod：没有剩余的 Pod 提供服务。',
  'MS102.budget':
    '命中中断预算 {budget} 的 {count} 个 Pod，而它只允许缺少 {allowed} 个。预算不会阻止 OOM kill。',
  'MS102.about':
    '选择器与模式现在选中的 Pod。若为某个工作负载的全部副本，或超过其 PodDisruptionBudget 所允许的数量，则压力持续期间服务可能中断：内核与 Chaos Mesh 都不理会预算。使用 one、fixed 或 fixed-percent 模式可以留下一些 Pod。',
  MS103: '每个 Pod 只有第一个容器“{container}”受压（不含 {others}）：请在 containerNames 中写明。',
  'MS103.about':
    '没有 containerNames 时，Chaos Mesh 只对每个 Pod 规约中的第一个容器施压。注入的 sidecar 可能排在最前，Pod 的其他版本顺序也可能不同。请写明所指的容器。',
  MS104: '没有目标包含容器“{name}”：{known}。Chaos Mesh 因此以“no target has been selected”失败。',
  'MS104.some': '{total} 个 Pod 中有 {having} 个包含容器“{name}”；其余的不会因此名称受压。',
  'MS104.init': '“{name}”是 init 容器：Chaos Mesh 不对其施压，其中的 sidecar 也不例外。',
  'MS104.about':
    'containerNames 与每个 Pod 的 spec.containers 逐字比较。init 容器（包括 restartPolicy 为 Always 的 sidecar）和临时容器从不匹配，没有 Pod 拥有的名称会被静默跳过。请使用 Pod 规约中的名称。',
  MS105:
    '命名空间“{namespace}”没有注解 chaos-mesh.org/inject=enabled，而该 Chaos Mesh 只在有此注解处选择 Pod。',
  'MS105.scope':
    '该 Chaos Mesh 只作用于命名空间“{target}”（clusterScoped: false）：在“{namespace}”中什么都不选。',
  'MS105.about':
    'Chaos Mesh 可以安装为只在带注解的命名空间（enableFilterNamespace）或单个命名空间（clusterScoped: false）中选择。范围之外的 Pod 会被跳过，对象中没有错误，试运行也看不出来。请为命名空间添加注解（kubectl annotate namespace NAME chaos-mesh.org/inject=enabled），或使用范围内的命名空间。',
  MS106: '没有任何组件可以注入该实验。',
  'MS106.missing': '该集群没有安装 Chaos Mesh，也没有允许施压的节点代理：无法注入。',
  'MS106.controller': 'Chaos Mesh 的控制器未就绪：实验会被拒绝或等待。',
  'MS106.daemon': '{nodes} 上没有就绪的 chaos-daemon：那里的 Pod 无法受压。',
  'MS106.agent': '{nodes} 上没有应答且允许施压的代理：那里的 Pod 无法受压。',
  'MS106.runtime': 'Chaos Mesh 配置为 {runtime}，而节点 {node} 运行 {theirs}：其 daemon 在那里找不到容器。',
  'MS106.about':
    '压力由目标所在节点上的助手启动：chaos-daemon 或我们的代理。若没有就绪的助手，Chaos Mesh 会反复尝试而什么都不注入。请查看该节点上 daemon 的 Pod（kubectl get pods -A -l app.kubernetes.io/component=chaos-daemon -o wide）；运行时错误可用 Helm chart 的 chaosDaemon.runtime 与 socketPath 更正。',
  MS107:
    '将发生 OOM kill：工作集 {before|memory} + {added|memory} > limit {limit|memory}（{pod} 中的 {container}；{total} 个容器中的 {count} 个）。',
  'MS107.stressor':
    '将发生 OOM kill：工作集 {before|memory} + {added|memory} > limit {limit|memory}（{pod} 中的 {container}；{total} 个容器中的 {count} 个）。最先终止的是 stressor。',
  'MS107.application':
    '将发生 OOM kill：工作集 {before|memory} + {added|memory} > limit {limit|memory}（{pod} 中的 {container}；{total} 个容器中的 {count} 个）。最先终止的是应用。',
  'MS107.alone':
    '将发生 OOM kill：{added|memory} > limit {limit|memory}（{pod} 中的 {container}；{total} 个容器中的 {count} 个）。',
  'MS107.about':
    '容器已占用的内存加上压力超过其 limit。内核于是终止 badness 最高的进程：内存加上以 limit 的千分之一计的 oom_score_adj。被终止的 stressor 会再次启动并再次终止，呈锯齿状；若应用被终止，则容器重启，压力消失。只要压力而不要终止，请降低 size；想要终止，请用 oomScoreAdj 选择被终止者。',
  MS108: '可能没有效果：工作集 {before|memory} + {added|memory} 是 limit {limit|memory} 的 {percent} %。',
  'MS108.about':
    '即使最满的目标也远低于其 limit，内核既不回收内存也不终止进程。初次尝试这样很好；要观察应用在压力下的表现，请增大 size。',
  MS109: '{pod} 的容器“{container}”没有内存 limit：压力取自节点，其他 Pod 有风险。',
  'MS109.free':
    '容器“{container}”没有内存 limit：{added|memory} 取自节点 {node} 剩余的 {free|memory}，其他 Pod 有风险。',
  'MS109.about':
    '没有 limit 时，在节点内存不足之前没有什么能阻止容器。之后 kubelet 会驱逐 Pod，或者内核在整个节点范围内按自己的排序终止进程：受害者可能是任何 Pod。请给容器设置 limit，或选择有 limit 的容器。',
  MS110: '节点 {node} 上的 {added|memory}（{count} 个容器）超过 Pod 在那里可用的 {bound|memory}。',
  'MS110.free': '节点 {node} 上的 {added|memory}（{count} 个容器）超过其剩余的 {bound|memory}。',
  'MS110.about':
    '同一节点上各目标的压力会相加，直到其 limit 为止。超过节点所有时，节点自身会耗尽内存：驱逐，或任意 Pod 的 OOM kill。请降低 size、减少命中的 Pod，或给容器设置 limit。',
  MS111:
    '节点 {node} 会终止整个容器（memory.oom.group）：一次 OOM kill就会重启 {pod} 的“{container}”，压力随之消失。',
  'MS111.about':
    '自 Kubernetes 1.28 起，kubelet 在 cgroup v2 上设置 memory.oom.group：容器中任一进程被 OOM kill，全部进程都会终止。即使受害者是 stressor，容器也会重启；压力不会再次注入，而状态仍显示 Injected。请保持在 limit 以下，或让 kubelet 只终止单个进程（singleProcessOOMKill: true，1.32 及以后）。',
  MS112:
    '“{container}”的存活探针（每 {period} 秒，失败 {threshold} 次）在约 {seconds} 秒无应答后重启它：压力随之消失，且不会再次注入。',
  'MS112.about':
    '内存不足的容器应答迟缓或不应答。经过 periodSeconds × failureThreshold 后 kubelet 会重启它，压力随旧实例结束，而状态仍显示 Injected（chaos-mesh#3867）。请让实验短于此时间，或在测试期间放宽探针。',
  MS113: '{experiments} 已在对 {pod} 的“{container}”施压：两者同时作用。',
  'MS113.memory': '{experiments} 已在对 {pod} 的“{container}”施加 {held|memory}：大小会相加。',
  'MS113.about': '实验之间互不知晓：各自在容器中启动自己的 worker，大小相加。请停止另一个，或把它计算在内。',
  MS114: '自动扩缩器 {scaler} 关注 {owner} 的内存：压力期间它会增加 Pod。',
  'MS114.vertical':
    'VerticalPodAutoscaler {scaler} 关注 {owner} 的内存：它会提高 request，并可能为此重建 Pod。',
  'MS114.about':
    '自动扩缩器会把 stressor 的内存当作应用的内存，于是增加副本，或提高 request 并重建 Pod，压力在那里随之结束。这也许正是要测试的；否则请在实验期间暂停自动扩缩器。',
  MS115: '节点 {node} 有 {swap|memory} 交换空间：若容器可以使用，压力会转移到那里，工作集达不到 limit。',
  'MS115.about':
    'worker 只触碰一次内存便不再使用。有交换空间时，内核会把这些页换出：用量下降，不发生 OOM，应用反而变慢。Pod 能否使用交换取决于 kubelet（memorySwap.swapBehavior）及其 cgroup 的 memory.swap.max。要得到清晰的结果，请在没有交换空间的节点上施压。',
  MS116: '{pod} 维持集群运行：请不要对其施压。',
  'MS116.system': '{pod} 位于 {namespace}：对其施压可能使集群崩溃。',
  'MS116.mesh': '{pod} 是 Chaos Mesh 自身的一部分：受压后可能无法结束实验。',
  'MS116.agent': '{pod} 是 Podstress 的节点代理：受压后无法显示发生了什么。',
  'MS116.about':
    '选择器命中了集群、Chaos Mesh 或 Podstress 自身需要的 Pod。它们终止后，实验可能无法结束或无法观察。请把选择器收窄到应用的命名空间与标签。',
  MS117: '{pod} 处于 {phase}，仍会被命中（{count} 个 Pod）：注入会失败。请只选择运行中的 Pod。',
  'MS117.some': '{pod} 处于 {phase}，可能被选中（{count} 个 Pod）：注入会失败。请只选择运行中的 Pod。',
  'MS117.about':
    'Chaos Mesh 选择任何阶段的 Pod。未运行的 Pod 中没有可施压的容器：实验停留在 Injecting 并反复尝试。请添加 podPhaseSelectors: [Running]。',
  MS118: 'oomScoreAdj {written} 低于 {pod} 中“{container}”的 {adj}：应用排在 stressor 之前，最先被终止。',
  'MS118.about':
    'kubelet 按 QoS 类别给每个容器 oom_score_adj：BestEffort 为 1000，Burstable 约为 1000 - 1000 × request / 节点内存，Guaranteed 为 -997。值更低的 stressor 会比应用活得更久。若要让 stressor 成为受害者，请把 oomScoreAdj 提高到 1000。',
  MS119: '目标进程的 oom_score_adj 为 {adj}。',
  'MS119.guaranteed': 'Guaranteed Pod 的 oom_score_adj 为 {adj}：无论 stressor 自身的值如何，它都最先终止。',
  'MS119.range': '目标进程的 oom_score_adj 为 {low} 到 {high}。',
  'MS119.about':
    'kubelet 给目标的值，可与 stressor 自身的值比较：内核把以 limit 的千分之一计的 oom_score_adj 加到每个进程的内存上，取最高者。',
  MS120: 'Chaos Mesh {version} 对此处理有误。',
  'MS120.adj': '设置 oomScoreAdj 时 Chaos Mesh {version} 不启动 stressor（2.2.1 已修复）。',
  'MS120.size': 'Chaos Mesh {version} 把 MiB 当作 MB：分配的比这里写的少。',
  'MS120.cgroup': 'Chaos Mesh {version} 不能在 cgroup v2 节点上施压（2.2 可以）。',
  'MS120.runtime':
    'Chaos Mesh {version} 不能在 cgroup v2 节点上施压，除非运行 containerd（2.4.3 可以：“invalid group path”）。',
  'MS120.about': '该集群中运行的版本对此字段或节点的处理已知与所写不符。请更新 Chaos Mesh，或去掉该字段。',
  MS121: '您无权在 {namespaces} 中创建 {resource}：API 服务器会拒绝。',
  'MS121.webhook': '您无权在 {namespaces} 中创建 {resource}：Chaos Mesh 要求在每个所选命名空间中拥有该权限。',
  'MS121.cluster': '您无权在整个集群中创建 {resource}：未选择命名空间时 Chaos Mesh 要求该权限。',
  'MS121.about':
    '创建实验需要在其自身命名空间中的创建权限，在 Chaos Mesh 的安全模式下还需要在每个所选命名空间中的权限；对 Schedule 与 Workflow 按其种类的单数名称检查。管理员可用 kubectl create clusterrole NAME --verb=create --resource=RESOURCE.chaos-mesh.org 以及各命名空间中的 rolebinding 授予。',
};
