/** See en.ts. */
export const liveFr: Readonly<Record<string, string>> = {
  MS101:
    'Aucun Pod ne correspond maintenant : aucun des {total} de {namespaces}. Les cibles sont choisies une fois, au départ.',
  'MS101.empty':
    'Aucun Pod ne correspond maintenant : il n’y en a pas dans {namespaces}. Les cibles sont choisies une fois, au départ.',
  'MS101.criterion':
    'Aucun Pod ne correspond maintenant : {field} n’en retient aucun sur {total} de {namespaces} ; sans lui, touchés : {count}.',
  'MS101.namespace': 'Il n’y a pas d’espace de noms « {namespace} » dans ce cluster.',
  'MS101.node': 'Il n’y a pas de nœud « {node} » dans ce cluster : Chaos Mesh ne sélectionne alors rien.',
  'MS101.about':
    'Chaos Mesh choisit ses cibles une seule fois, au départ de l’expérience. Si rien ne correspond alors, elle échoue avec « no pod is selected » et n’essaie plus, même si un Pod convenable apparaît ensuite. Comparez le sélecteur aux étiquettes des Pods (survol, ou aperçu des cibles) ; les espaces de noms autres que celui de l’expérience doivent être cités.',
  MS102: 'Pods touchés maintenant ({total}) : {pods}.',
  'MS102.choice': 'Pods touchés : {most} sur {total}, au hasard : {pods}.',
  'MS102.single': '{owner} n’a qu’un Pod, et il est touché : rien d’autre ne peut répondre entre-temps.',
  'MS102.all': 'Touche d’un coup les {replicas} Pods de {owner} : aucun ne reste pour répondre.',
  'MS102.budget':
    'Pods touchés du budget d’interruption {budget} : {count} ; il en laisse manquer {allowed}. Les budgets n’arrêtent pas les kills OOM.',
  'MS102.about':
    'Les Pods que le sélecteur et le mode prennent maintenant. Si ce sont tous les réplicas d’une charge, ou plus que son PodDisruptionBudget ne permet, le service peut manquer aussi longtemps que dure le stress : ni le noyau ni Chaos Mesh ne connaissent les budgets. Les modes one, fixed ou fixed-percent laissent des Pods tranquilles.',
  MS103:
    'Seul « {container} », premier conteneur de chaque Pod, est stressé (pas {others}) : dites lequel dans containerNames.',
  'MS103.about':
    'Sans containerNames, Chaos Mesh stresse le premier conteneur de chaque Pod, dans l’ordre de sa spécification. Un sidecar injecté peut venir en tête, et une autre version du Pod avoir un autre ordre. Nommez le conteneur voulu.',
  MS104:
    'Aucune cible n’a de conteneur « {name} » : {known}. Chaos Mesh échoue alors avec « no target has been selected ».',
  'MS104.some':
    '{having} Pods sur {total} ont un conteneur « {name} » ; les autres ne sont pas stressés sous ce nom.',
  'MS104.init':
    '« {name} » est un conteneur d’initialisation : Chaos Mesh n’en stresse aucun, sidecars compris.',
  'MS104.about':
    'containerNames est comparé lettre à lettre à spec.containers de chaque Pod. Les conteneurs d’initialisation (sidecars à restartPolicy Always aussi) et éphémères ne correspondent jamais, et les noms qu’aucun Pod n’a sont ignorés en silence. Prenez le nom de la spécification du Pod.',
  MS105:
    'L’espace de noms « {namespace} » n’est pas annoté chaos-mesh.org/inject=enabled, et ce Chaos Mesh ne sélectionne que là où c’est le cas.',
  'MS105.scope':
    'Ce Chaos Mesh n’agit que dans l’espace de noms « {target} » (clusterScoped: false) : il ne sélectionne rien dans « {namespace} ».',
  'MS105.about':
    'Chaos Mesh peut être installé pour ne sélectionner que dans les espaces de noms annotés (enableFilterNamespace) ou dans un seul (clusterScoped: false). Le reste est ignoré sans erreur dans l’objet, et un essai à blanc ne le voit pas. Annotez l’espace de noms (kubectl annotate namespace NAME chaos-mesh.org/inject=enabled), ou prenez-en un qui soit couvert.',
  MS106: 'Rien ne peut injecter cette expérience.',
  'MS106.missing':
    'Chaos Mesh n’est pas installé dans ce cluster, et aucun agent de nœud ne peut stresser : rien ne peut injecter ceci.',
  'MS106.controller':
    'Le contrôleur de Chaos Mesh n’est pas prêt : l’expérience serait refusée, ou attendrait.',
  'MS106.daemon': 'Aucun chaos-daemon n’est prêt sur {nodes} : les Pods n’y peuvent pas être stressés.',
  'MS106.agent':
    'Aucun agent autorisé à stresser ne répond sur {nodes} : les Pods n’y peuvent pas être stressés.',
  'MS106.runtime':
    'Chaos Mesh est réglé pour {runtime}, et le nœud {node} utilise {theirs} : son daemon n’y trouve aucun conteneur.',
  'MS106.about':
    'Un stress est lancé par un auxiliaire sur le nœud de sa cible : chaos-daemon, ou notre agent. Si aucun n’est prêt, Chaos Mesh essaie sans cesse et n’injecte rien. Regardez le Pod du daemon sur ce nœud (kubectl get pods -A -l app.kubernetes.io/component=chaos-daemon -o wide) ; un mauvais runtime se corrige par chaosDaemon.runtime et socketPath du chart Helm.',
  MS107:
    'Kills OOM en vue : working set {before|memory} + {added|memory} > limite {limit|memory} ({container} de {pod} ; {count}/{total} conteneurs).',
  'MS107.stressor':
    'Kills OOM en vue : working set {before|memory} + {added|memory} > limite {limit|memory} ({container} de {pod} ; {count}/{total} conteneurs). Première victime : le stresseur.',
  'MS107.application':
    'Kills OOM en vue : working set {before|memory} + {added|memory} > limite {limit|memory} ({container} de {pod} ; {count}/{total} conteneurs). Première victime : l’application.',
  'MS107.alone':
    'Kills OOM en vue : {added|memory} > limite {limit|memory} ({container} de {pod} ; {count}/{total} conteneurs).',
  'MS107.about':
    'Ce que le conteneur tient et ce que le stress ajoute dépasse sa limite. Le noyau arrête alors le processus de plus haute badness : mémoire plus oom_score_adj en millièmes de la limite. Un stresseur arrêté repart et meurt de nouveau, en dents de scie ; si l’application meurt, le conteneur redémarre et le stress disparaît. Pour de la pression sans arrêt, réduisez la taille ; pour des arrêts, choisissez la victime par oomScoreAdj.',
  MS108:
    'Probablement sans effet : working set {before|memory} + {added|memory} font {percent} % de la limite de {limit|memory}.',
  'MS108.about':
    'Même la cible la plus pleine reste loin de sa limite : le noyau ne récupère pas de mémoire et n’arrête rien. C’est bien pour un premier essai ; pour voir l’application sous pression, augmentez la taille.',
  MS109:
    'Le conteneur « {container} » de {pod} n’a pas de limite de mémoire : le stress prend au nœud, et d’autres Pods sont en danger.',
  'MS109.free':
    'Le conteneur « {container} » n’a pas de limite de mémoire : {added|memory} sont pris sur les {free|memory} qui restent au nœud {node}, et d’autres Pods sont en danger.',
  'MS109.about':
    'Sans limite, rien n’arrête le conteneur avant que le nœud ne manque de mémoire. Le kubelet évince alors des Pods, ou le noyau choisit dans tout le nœud : la victime peut être n’importe quel Pod. Donnez une limite au conteneur, ou stressez-en un qui en a une.',
  MS110:
    '{added|memory} sur le nœud {node} (conteneurs : {count}) dépassent les {bound|memory} que les Pods peuvent y avoir.',
  'MS110.free':
    '{added|memory} sur le nœud {node} (conteneurs : {count}) dépassent les {bound|memory} qui lui restent.',
  'MS110.about':
    'Le stress s’additionne sur les cibles d’un même nœud, autant que leurs limites le permettent. S’il dépasse ce que le nœud possède, c’est le nœud qui manque de mémoire : évictions, ou kills OOM de n’importe quel Pod. Réduisez la taille, touchez moins de Pods, ou donnez des limites aux conteneurs.',
  MS111:
    'Le nœud {node} arrête des conteneurs entiers (memory.oom.group) : un seul kill OOM redémarre « {container} » de {pod}, et le stress disparaît.',
  'MS111.about':
    'Depuis Kubernetes 1.28, le kubelet pose memory.oom.group sur cgroup v2 : si un processus d’un conteneur est arrêté par OOM, tous le sont. Même si la victime est le stresseur, le conteneur redémarre ; le stress n’est pas réinjecté alors que l’état dit toujours Injected. Restez sous la limite, ou laissez le kubelet arrêter des processus seuls (singleProcessOOMKill: true, 1.32 et suivants).',
  MS112:
    'La sonde liveness de « {container} » (toutes les {period} s, {threshold} échecs) le redémarre après environ {seconds} s sans réponse : le stress disparaît alors, et n’est pas réinjecté.',
  'MS112.about':
    'Un conteneur à court de mémoire répond tard ou plus du tout. Après periodSeconds × failureThreshold, le kubelet le redémarre, et le stress finit avec l’ancienne instance alors que l’état dit toujours Injected (chaos-mesh#3867). Faites l’expérience plus courte, ou relâchez la sonde le temps de l’essai.',
  MS113: '{experiments} stresse déjà « {container} » de {pod} : les deux agissent à la fois.',
  'MS113.memory':
    '{experiments} stresse déjà « {container} » de {pod} avec {held|memory} : les tailles s’additionnent.',
  'MS113.about':
    'Les expériences s’ignorent : chacune lance ses propres workers dans le conteneur, et leurs tailles s’additionnent. Arrêtez l’autre, ou comptez-la.',
  MS114:
    'L’autoscaler {scaler} surveille la mémoire de {owner} : il ajoutera des Pods tant que dure le stress.',
  'MS114.vertical':
    'Le VerticalPodAutoscaler {scaler} surveille la mémoire de {owner} : il relèvera ses requests, et peut recréer des Pods pour cela.',
  'MS114.about':
    'Un autoscaler prend la mémoire du stresseur pour celle de l’application. Il ajoute des réplicas, ou relève les requests et recrée des Pods, ce qui y met fin au stress. C’est peut-être l’objet du test ; sinon, suspendez l’autoscaler pendant l’expérience.',
  MS115:
    'Le nœud {node} a {swap|memory} de swap : si le conteneur peut en user, la pression y part et le working set n’atteint pas la limite.',
  'MS115.about':
    'Les workers touchent leur mémoire une fois et la laissent. Avec du swap, le noyau évacue ces pages : l’usage baisse, aucun OOM ne vient, et c’est l’application qui ralentit. Qu’un Pod puisse en user dépend du kubelet (memorySwap.swapBehavior) et de memory.swap.max de son cgroup. Pour un résultat net, stressez sur un nœud sans swap.',
  MS116: '{pod} fait vivre le cluster : ne le stressez pas.',
  'MS116.system': '{pod} est dans {namespace} : le stresser peut faire tomber le cluster.',
  'MS116.mesh': '{pod} fait partie de Chaos Mesh même : stressé, il pourrait ne plus finir l’expérience.',
  'MS116.agent': '{pod} est l’agent de nœud de Podstress : stressé, il ne peut plus montrer ce qui se passe.',
  'MS116.about':
    'Le sélecteur touche des Pods dont le cluster, Chaos Mesh ou Podstress a besoin. S’ils meurent, l’expérience peut ne pas finir, ou ne plus être visible. Resserrez le sélecteur sur l’espace de noms et les étiquettes de l’application.',
  MS117:
    '{pod} est {phase}, et touché quand même (Pods de ce genre : {count}) : son injection échoue. Ne sélectionnez que des Pods en marche.',
  'MS117.some':
    '{pod} est {phase}, et peut être choisi (Pods de ce genre : {count}) : son injection échoue. Ne sélectionnez que des Pods en marche.',
  'MS117.about':
    'Chaos Mesh sélectionne des Pods de toute phase. Dans un Pod qui ne tourne pas, il n’y a pas de conteneur à stresser : l’expérience reste en Injecting et essaie sans cesse. Ajoutez podPhaseSelectors: [Running].',
  MS118:
    'oomScoreAdj {written} est au-dessous des {adj} de « {container} » dans {pod} : l’application passe avant le stresseur et meurt la première.',
  'MS118.about':
    'Le kubelet donne à chaque conteneur un oom_score_adj selon sa classe QoS : 1000 pour BestEffort, environ 1000 - 1000 × request / mémoire du nœud pour Burstable, -997 pour Guaranteed. Un stresseur plus bas survit à l’application. Portez oomScoreAdj à 1000 si la victime doit être le stresseur.',
  MS119: 'Les processus des cibles ont un oom_score_adj de {adj}.',
  'MS119.guaranteed':
    'Les Pods Guaranteed ont un oom_score_adj de {adj} : le stresseur meurt le premier, quel que soit le sien.',
  'MS119.range': 'Les processus des cibles ont un oom_score_adj de {low} à {high}.',
  'MS119.about':
    'Ce que le kubelet a donné aux cibles, à comparer à celui du stresseur : le noyau ajoute oom_score_adj, en millièmes de la limite, à la mémoire de chaque processus et prend le plus haut.',
  MS120: 'Chaos Mesh {version} traite mal ceci.',
  'MS120.adj': 'Chaos Mesh {version} ne lance aucun stresseur si oomScoreAdj est donné (corrigé en 2.2.1).',
  'MS120.size': 'Chaos Mesh {version} lit MiB comme MB : il est alloué moins que ce qui est écrit ici.',
  'MS120.cgroup': 'Chaos Mesh {version} ne peut pas stresser sur des nœuds à cgroup v2 (2.2 le peut).',
  'MS120.runtime':
    'Chaos Mesh {version} ne peut pas stresser sur des nœuds à cgroup v2 sans containerd (2.4.3 le peut : « invalid group path »).',
  'MS120.about':
    'On sait que la version de ce cluster fait de ce champ ou de ce nœud autre chose que ce qui est écrit. Mettez Chaos Mesh à jour, ou retirez le champ.',
  MS121: 'Vous ne pouvez pas créer {resource} dans {namespaces} : le serveur d’API refusera.',
  'MS121.webhook':
    'Vous ne pouvez pas créer {resource} dans {namespaces} : Chaos Mesh le demande dans chaque espace de noms sélectionné.',
  'MS121.cluster':
    'Vous ne pouvez pas créer {resource} dans tout le cluster : Chaos Mesh le demande quand aucun espace de noms n’est sélectionné.',
  'MS121.about':
    'Créer une expérience demande le droit de la créer dans son espace de noms et, en mode sécurisé de Chaos Mesh, dans chaque espace de noms sélectionné ; pour Schedule et Workflow, c’est le nom singulier du genre qui est demandé. Un administrateur l’accorde par kubectl create clusterrole NAME --verb=create --resource=RESOURCE.chaos-mesh.org et un rolebinding dans chacun des espaces de noms.',
};
