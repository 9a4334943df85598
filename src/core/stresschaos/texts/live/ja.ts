/** See en.ts. */
export const liveJa: Readonly<Record<string, string>> = {
  MS101:
    '現在一致する Pod がありません：{namespaces} の {total} 個のどれも該当しません。対象は開始時に一度だけ選ばれます。',
  'MS101.empty':
    '現在一致する Pod がありません：{namespaces} には Pod がありません。対象は開始時に一度だけ選ばれます。',
  'MS101.criterion':
    '現在一致する Pod がありません：{field} が {namespaces} の {total} 個すべてを除外しています。これがなければ {count} 個に当たります。',
  'MS101.namespace': 'このクラスターに名前空間「{namespace}」はありません。',
  'MS101.node': 'このクラスターにノード「{node}」はありません：Chaos Mesh は何も選びません。',
  'MS101.about':
    'Chaos Mesh は実験の開始時に一度だけ対象を選びます。その時点で一致がなければ「no pod is selected」で失敗し、後から一致する Pod が現れても再試行しません。セレクターを Pod のラベルと比べてください（ホバー、または対象のプレビュー）。実験自身の名前空間以外は列挙する必要があります。',
  MS102: '現在 {total} 個の Pod に当たります：{pods}。',
  'MS102.choice': '{total} 個の Pod のうち {most} 個に無作為に当たります：{pods}。',
  'MS102.single': '{owner} の Pod は一つだけで、それに当たります：その間に応答できるものはほかにありません。',
  'MS102.all': '{owner} の {replicas} 個の Pod すべてに同時に当たります：応答できるものが残りません。',
  'MS102.budget':
    '中断予算 {budget} の Pod {count} 個に当たりますが、欠けてよいのは {allowed} 個です。予算は OOM kill を防ぎません。',
  'MS102.about':
    'セレクターとモードが現在選ぶ Pod です。ワークロードの全レプリカ、または PodDisruptionBudget の許容数を超える場合、負荷の間サービスが失われることがあります。カーネルも Chaos Mesh も予算を考慮しません。one、fixed、fixed-percent モードで一部の Pod を残してください。',
  MS103:
    '各 Pod の最初のコンテナー「{container}」だけに負荷がかかります（{others} は対象外）：containerNames で指定してください。',
  'MS103.about':
    'containerNames がなければ、Chaos Mesh は各 Pod の仕様で最初のコンテナーに負荷をかけます。挿入されたサイドカーが先頭に来ることも、Pod の別の版で順序が変わることもあります。対象のコンテナーを指定してください。',
  MS104:
    'コンテナー「{name}」を持つ対象がありません：{known}。Chaos Mesh は「no target has been selected」で失敗します。',
  'MS104.some':
    '{total} 個の Pod のうち {having} 個にコンテナー「{name}」があります。ほかはこの名前では対象になりません。',
  'MS104.init': '「{name}」は init コンテナーです：Chaos Mesh はサイドカーを含めてこれらに負荷をかけません。',
  'MS104.about':
    'containerNames は各 Pod の spec.containers と一字ずつ比べられます。init コンテナー（restartPolicy が Always のサイドカーも）と一時コンテナーは一致せず、どの Pod にもない名前は黙って無視されます。Pod の仕様にある名前を使ってください。',
  MS105:
    '名前空間「{namespace}」に注釈 chaos-mesh.org/inject=enabled がなく、この Chaos Mesh は注釈のある所だけで Pod を選びます。',
  'MS105.scope':
    'この Chaos Mesh は名前空間「{target}」だけで動作します（clusterScoped: false）：「{namespace}」では何も選びません。',
  'MS105.about':
    'Chaos Mesh は、注釈のある名前空間だけ（enableFilterNamespace）、または一つの名前空間だけ（clusterScoped: false）で選ぶように導入できます。範囲外のものはオブジェクトにエラーなく無視され、試行でも分かりません。名前空間に注釈を付けるか（kubectl annotate namespace NAME chaos-mesh.org/inject=enabled）、範囲内のものを使ってください。',
  MS106: 'この実験を注入できるものがありません。',
  'MS106.missing':
    'このクラスターに Chaos Mesh はなく、負荷を許されたノードエージェントもありません：注入できません。',
  'MS106.controller': 'Chaos Mesh のコントローラーの準備ができていません：実験は拒否されるか待たされます。',
  'MS106.daemon': '{nodes} に準備のできた chaos-daemon がありません：そこの Pod には負荷をかけられません。',
  'MS106.agent': '{nodes} で負荷を許されたエージェントが応答しません：そこの Pod には負荷をかけられません。',
  'MS106.runtime':
    'Chaos Mesh は {runtime} 用に設定され、ノード {node} は {theirs} です：daemon はそこでコンテナーを見つけられません。',
  'MS106.about':
    '負荷は対象のノード上の補助（chaos-daemon または本製品のエージェント）が始めます。準備ができていなければ Chaos Mesh は何度も試みるだけで何も注入しません。そのノードの daemon の Pod を確認してください（kubectl get pods -A -l app.kubernetes.io/component=chaos-daemon -o wide）。ランタイムの誤りは Helm チャートの chaosDaemon.runtime と socketPath で直します。',
  MS107:
    'OOM kill が起きます：ワーキングセット {before|memory} + {added|memory} > limit {limit|memory}（{pod} の {container}、{total} 個中 {count} 個のコンテナー）。',
  'MS107.stressor':
    'OOM kill が起きます：ワーキングセット {before|memory} + {added|memory} > limit {limit|memory}（{pod} の {container}、{total} 個中 {count} 個のコンテナー）。最初に終了するのはstressorです。',
  'MS107.application':
    'OOM kill が起きます：ワーキングセット {before|memory} + {added|memory} > limit {limit|memory}（{pod} の {container}、{total} 個中 {count} 個のコンテナー）。最初に終了するのはアプリケーションです。',
  'MS107.alone':
    'OOM kill が起きます：{added|memory} > limit {limit|memory}（{pod} の {container}、{total} 個中 {count} 個のコンテナー）。',
  'MS107.about':
    'コンテナーの使用量と負荷の合計が limit を超えます。カーネルは badness（メモリーに、limit の千分の一を単位とする oom_score_adj を加えたもの）が最大のプロセスを終了します。終了したstressorは再び起動して再び終了し、のこぎり状になります。アプリケーションが終了するとコンテナーは再起動し、負荷は消えます。終了なしの圧力が必要なら size を下げ、終了が必要なら oomScoreAdj で対象を選んでください。',
  MS108:
    'おそらく効果がありません：ワーキングセット {before|memory} + {added|memory} は limit {limit|memory} の {percent} % です。',
  'MS108.about':
    '最も埋まった対象でも limit を大きく下回るため、カーネルはメモリーを回収せず、終了もしません。最初の試しには十分です。圧力下の振る舞いを見るには size を上げてください。',
  MS109:
    '{pod} のコンテナー「{container}」にメモリーの limit がありません：負荷はノードから取られ、ほかの Pod が危険です。',
  'MS109.free':
    'コンテナー「{container}」にメモリーの limit がありません：{added|memory} がノード {node} の残り {free|memory} から取られ、ほかの Pod が危険です。',
  'MS109.about':
    'limit がなければ、ノードが不足するまでコンテナーを止めるものはありません。その後は kubelet が Pod を退避させるか、カーネルがノード全体の順位で終了します。犠牲はどの Pod にもなり得ます。コンテナーに limit を設定するか、limit のあるものを選んでください。',
  MS110:
    'ノード {node} での {added|memory}（{count} 個のコンテナー）は、Pod が使える {bound|memory} を超えます。',
  'MS110.free':
    'ノード {node} での {added|memory}（{count} 個のコンテナー）は、残りの {bound|memory} を超えます。',
  'MS110.about':
    '一つのノード上の対象の負荷は、limit の許す限り合計されます。ノードの量を超えるとノード自体が不足し、退避や任意の Pod の OOM killが起きます。size を下げるか、当たる Pod を減らすか、コンテナーに limit を設定してください。',
  MS111:
    'ノード {node} はコンテナー全体を終了します（memory.oom.group）：一度の OOM killで {pod} の「{container}」が再起動し、負荷は消えます。',
  'MS111.about':
    'Kubernetes 1.28 以降、kubelet は cgroup v2 で memory.oom.group を設定します。コンテナーのどれかのプロセスが OOM で終了すると、すべてが終了します。犠牲がstressorでもコンテナーは再起動し、状態は Injected のまま負荷は再注入されません。limit 未満に保つか、kubelet に単一プロセスだけを終了させてください（singleProcessOOMKill: true、1.32 以降）。',
  MS112:
    '「{container}」の liveness プローブ（{period} 秒ごと、{threshold} 回失敗）は、約 {seconds} 秒応答がないと再起動します：負荷は消え、再注入されません。',
  'MS112.about':
    'メモリーの足りないコンテナーは応答が遅れるか途絶えます。periodSeconds × failureThreshold の後に kubelet が再起動し、負荷は古いインスタンスと共に終わりますが、状態は Injected のままです（chaos-mesh#3867）。実験をそれより短くするか、試験の間プローブを緩めてください。',
  MS113: '{experiments} がすでに {pod} の「{container}」に負荷をかけています：両方が同時に働きます。',
  'MS113.memory':
    '{experiments} がすでに {pod} の「{container}」に {held|memory} の負荷をかけています：サイズは合計されます。',
  'MS113.about':
    '実験は互いを知りません。それぞれがコンテナー内に自分のワーカーを起動し、サイズは合計されます。もう一方を止めるか、計算に入れてください。',
  MS114: 'オートスケーラー {scaler} が {owner} のメモリーを見ています：負荷の間 Pod を増やします。',
  'MS114.vertical':
    'VerticalPodAutoscaler {scaler} が {owner} のメモリーを見ています：request を上げ、そのために Pod を作り直すことがあります。',
  'MS114.about':
    'オートスケーラーはstressorのメモリーをアプリケーションのものと見なします。レプリカを増やすか、request を上げて Pod を作り直し、そこで負荷は終わります。それが試験の目的かもしれません。そうでなければ実験の間オートスケーラーを止めてください。',
  MS115:
    'ノード {node} に {swap|memory} のスワップがあります：コンテナーが使える場合、圧力はそこへ逃げ、ワーキングセットは limit に達しません。',
  'MS115.about':
    'ワーカーはメモリーに一度触れるだけです。スワップがあるとカーネルはそのページを追い出し、使用量が下がって OOM は起きず、アプリケーションが遅くなります。Pod がスワップを使えるかは kubelet（memorySwap.swapBehavior）と cgroup の memory.swap.max によります。明確な結果にはスワップのないノードを使ってください。',
  MS116: '{pod} はクラスターを支えています：負荷をかけないでください。',
  'MS116.system': '{pod} は {namespace} にあります：負荷をかけるとクラスターが停止することがあります。',
  'MS116.mesh': '{pod} は Chaos Mesh 自身の一部です：負荷がかかると実験を終えられないことがあります。',
  'MS116.agent': '{pod} は Podstress のノードエージェントです：負荷がかかると何が起きたかを表示できません。',
  'MS116.about':
    'セレクターが、クラスターや Chaos Mesh、Podstress 自身に必要な Pod に当たります。それらが終了すると実験が終わらないか、見えなくなります。セレクターをアプリケーションの名前空間とラベルに絞ってください。',
  MS117:
    '{pod} は {phase} ですが対象になります（{count} 個の Pod）：注入は失敗します。実行中の Pod だけを選んでください。',
  'MS117.some':
    '{pod} は {phase} ですが選ばれることがあります（{count} 個の Pod）：注入は失敗します。実行中の Pod だけを選んでください。',
  'MS117.about':
    'Chaos Mesh はどの段階の Pod も選びます。実行中でない Pod には負荷をかけるコンテナーがなく、実験は Injecting のまま何度も試みます。podPhaseSelectors: [Running] を加えてください。',
  MS118:
    'oomScoreAdj {written} は {pod} の「{container}」の {adj} より低いです：アプリケーションがstressorより上位になり、先に終了します。',
  'MS118.about':
    'kubelet は QoS クラスに応じて oom_score_adj を与えます：BestEffort は 1000、Burstable は約 1000 - 1000 × request / ノードのメモリー、Guaranteed は -997。より低いstressorはアプリケーションより長く残ります。stressorを犠牲にするなら oomScoreAdj を 1000 に上げてください。',
  MS119: '対象のプロセスの oom_score_adj は {adj} です。',
  'MS119.guaranteed':
    'Guaranteed の Pod の oom_score_adj は {adj} です：stressorの値にかかわらず、stressorが先に終了します。',
  'MS119.range': '対象のプロセスの oom_score_adj は {low} から {high} です。',
  'MS119.about':
    'kubelet が対象に与えた値で、stressorの値と比べるためのものです。カーネルは各プロセスのメモリーに、limit の千分の一を単位とする oom_score_adj を加え、最大のものを選びます。',
  MS120: 'Chaos Mesh {version} はこれを正しく扱いません。',
  'MS120.adj': 'oomScoreAdj があると Chaos Mesh {version} はstressorを起動しません（2.2.1 で修正）。',
  'MS120.size':
    'Chaos Mesh {version} は MiB を MB として読みます：ここに書かれたより少なく割り当てられます。',
  'MS120.cgroup': 'Chaos Mesh {version} は cgroup v2 のノードで負荷をかけられません（2.2 は可能）。',
  'MS120.runtime':
    'Chaos Mesh {version} は containerd 以外の cgroup v2 のノードで負荷をかけられません（2.4.3 は可能：「invalid group path」）。',
  'MS120.about':
    'このクラスターの版は、このフィールドまたはノードを書かれたとおりに扱わないことが知られています。Chaos Mesh を更新するか、フィールドを外してください。',
  MS121: '{namespaces} で {resource} を作成する権限がありません：API サーバーが拒否します。',
  'MS121.webhook':
    '{namespaces} で {resource} を作成する権限がありません：Chaos Mesh は選ばれたすべての名前空間でこれを求めます。',
  'MS121.cluster':
    'クラスター全体で {resource} を作成する権限がありません：名前空間を選ばない場合に Chaos Mesh が求めます。',
  'MS121.about':
    '実験の作成には、自身の名前空間での作成権限と、Chaos Mesh のセキュリティモードでは選ばれたすべての名前空間での権限が必要です。Schedule と Workflow は種類の単数形の名前で問われます。管理者は kubectl create clusterrole NAME --verb=create --resource=RESOURCE.chaos-mesh.org と各名前空間の rolebinding で与えます。',
};
