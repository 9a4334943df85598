/** See en.ts. */
export const fr: Readonly<Record<string, string>> = {
  MS001: 'Champ inconnu « {field} » : Kubernetes refuse l’objet.',
  'MS001.nearest': 'Champ inconnu « {field} ». Vouliez-vous dire « {nearest} » ?',
  'MS001.misplaced': 'Champ inconnu ici : « {field} » se place sous {place}.',
  'MS001.version': 'Cette version de Chaos Mesh ne connaît pas le champ « {field} » (depuis {since}).',
  MS002:
    "Le champ « time » est documenté mais absent de la CRD : Kubernetes le refuse. Pour une montée : options: ['--time', '{value}'].",
  MS003: '« {value} » n’est pas une durée. Chaos Mesh lit des durées Go comme 30s, 10m, 1h30m.',
  'MS003.ramp':
    '« {value} » n’est pas une durée : memStress l’ignore et prend toute la mémoire d’un coup. Écrivez 30s, 10m, 1h30m.',
  'MS003.deadline': '« {value} » n’est pas une durée. Une échéance est une durée Go comme 30s, 10m, 1h30m.',
  MS004:
    'Aucun stresseur : ajoutez memory ou cpu sous stressors. Le webhook refuse l’objet (« missing stressors »).',
  MS005:
    'stressngStressors ne fait plus rien depuis Chaos Mesh 2.2 : aucun stress ne démarre, et l’état indique pourtant Injected.',
  'MS005.both':
    'stressngStressors ne fait plus rien depuis Chaos Mesh 2.2, et il désactive les stressors voisins.',
  MS006: 'Le champ « workers » manque : Kubernetes refuse l’objet.',
  MS007: '0 worker : ce stresseur est ignoré en silence, et l’état indique Injected.',
  MS008: '{workers} workers : memStress plante, et l’état indique Injected.',
  'MS008.memory': '{workers} workers : memStress plante, et l’état indique Injected.',
  'MS008.cpu': '{workers} workers : stress-ng lit un nombre négatif comme « un par CPU ».',
  MS009: 'Au plus {maximum} workers ; {value} est refusé.',
  MS010:
    '{workers} workers démarrent à raison d’un par seconde : la taille totale est atteinte après {workers} s. Plus de workers ne prennent pas plus de mémoire.',
  MS011: '« {value} » est refusé par Chaos Mesh 2.6 et suivants : écrivez l’unité avec son B, comme MiB.',
  MS012: 'Une taille est une chaîne avec unité : Kubernetes refuse un nombre.',
  MS013:
    'Pas de taille : rien n’est alloué (memStress part de 0KB, échoue et recommence), bien que la CRD promette toute la mémoire disponible.',
  'MS013.empty': 'Taille vide : rien n’est alloué (memStress part de 0KB, échoue et recommence).',
  MS014: '« {value} » n’alloue rien : les workers échouent et redémarrent sans fin.',
  MS015: '« {value} » sans unité signifie {bytes} octets.',
  MS016:
    '« {value} » : Chaos Mesh coupe sa ligne de commande à l’espace, memStress lit donc {bytes} octets. Écrivez sans espace.',
  MS017:
    '« {value} » passe le webhook, mais memStress ne sait pas le lire et n’alloue rien. Écrivez un nombre décimal simple.',
  MS018:
    '{value} compte en puissances de 1000 : {bytes|bytes}. Les limites s’écrivent le plus souvent en puissances de 1024.',
  'MS018.mega': '{value} signifie mégaoctets, pas millioctets : {bytes|bytes}.',
  MS019: '« {value} » est refusé : un pourcentage est un entier de 0 à 100.',
  MS020: '{percent} % de la mémoire du NŒUD, pas de la limite du conteneur.',
  MS021: '{workers} workers se partagent {total|bytes} en tout, {each|bytes} chacun.',
  MS022: 'Chaque worker prend {each} octets, moins d’une page (4096 octets) : rien de mesurable.',
  MS023:
    '« {flag} » n’est pas une option de memStress : il s’arrête aussitôt, et l’état indique Injected. (Les options de stress-ng s’arrêtent à Chaos Mesh 2.1.)',
  'MS023.stray': '« {flag} » n’est pas une option : memStress cesse ici de lire les siennes.',
  MS024: '{flag} dans options l’emporte sur le champ du même nom.',
  'MS024.client': '--client est interne à memStress : sans processus parent, il stresse seul.',
  MS025: 'Une option vide ne fait rien.',
  MS026: 'Pas de durée : le stress dure jusqu’à la suppression de l’objet.',
  MS027:
    'Le stress s’arrête après {ms|duration}, mais {workers} workers mettent {needs|duration} à démarrer, un par seconde : la taille totale n’est jamais atteinte.',
  'MS027.ramp':
    'Le stress s’arrête après {ms|duration}, mais sa montée (--time) dure {needs|duration} : la taille totale n’est jamais atteinte.',
  MS028: '{ms|duration}, c’est plus d’un jour. stress-ng (CPU) s’arrête de lui-même après 24 h.',
  MS029: 'Le mode {mode} demande une valeur.',
  'MS029.missing': 'Le mode {mode} demande une valeur.',
  'MS029.count': '« {value} » n’est pas un nombre de Pods : le mode fixed demande un entier supérieur à 0.',
  'MS029.percent': '« {value} » n’est pas un pourcentage : le mode {mode} demande un entier de 1 à 100.',
  MS030: 'La valeur doit être une chaîne : mettez-la entre guillemets.',
  MS031: 'Le mode {mode} ignore la valeur.',
  MS032:
    'random-max-percent peut choisir 0 Pod : l’expérience échoue alors avec « no target has been selected ».',
  MS033:
    'Pas d’espaces de noms : ce sont les Pods de {namespace}, où se trouve l’expérience, qui sont sélectionnés.',
  'MS033.unknown': 'Pas d’espaces de noms : les Pods sont sélectionnés là où l’expérience est créée.',
  MS034: 'Un sélecteur vide en mode all stresse d’un coup tous les Pods de l’espace de noms de l’expérience.',
  MS035: 'Avec pods, tous les autres sélecteurs sont ignorés : {ignored}.',
  MS036: 'Le mode all sans sélecteur d’étiquettes stresse d’un coup tous les Pods de l’espace de noms.',
  MS037: 'Un nom de conteneur vide ne correspond à aucun conteneur.',
  MS038: 'Le champ « {field} » a pris fin avec Chaos Mesh 1.x : Kubernetes le refuse.',
  MS039: 'oomScoreAdj va de {minimum} à {maximum} ; {value} est refusé.',
  MS040:
    'oomScoreAdj -1000 : le stress n’est jamais tué, c’est donc l’application qui l’est ; sans autre victime, le conteneur se fige à sa limite.',
  MS041:
    'oomScoreAdj 0 n’est pas appliqué : le stress hérite de la valeur de chaos-daemon (1000 jusqu’à Chaos Mesh 2.8).',
  'MS041.absent':
    'Sans oomScoreAdj, le stress hérite de la valeur de chaos-daemon (1000 jusqu’à Chaos Mesh 2.8), et non de 0.',
  MS042:
    'Un autre document porte le même nom « {name} » et le même espace de noms. Le spec d’un objet existant ne peut changer : le second est refusé.',
  MS043: '« {value} » est périmé.',
  'MS043.kind': 'Le type s’écrit {kind} ; Kubernetes ne connaît pas « {value} ».',
  'MS043.api': 'Chaos Mesh ne sert plus « {value} » : utilisez {api}.',
  'MS043.namespace': 'Pas d’espace de noms : l’objet arrive dans celui du contexte kubectl.',
  MS044:
    'Une exécution commence toutes les {interval|duration} et dure {ms|duration} : avec Allow, les charges s’additionnent.',
  'MS044.endless': 'Avec Allow et sans durée, chaque exécution ajoute sa charge aux précédentes, sans fin.',
  MS045: 'Le champ « {field} » doit être de type {expected}, pas {actual} : Kubernetes refuse l’objet.',
  MS046: 'Le champ « {field} » manque : Kubernetes refuse l’objet.',
  MS047: '« {value} » n’est pas permis pour {field}. Permis : {allowed}.',
  'MS047.nearest': '« {value} » n’est pas permis pour {field}. Vouliez-vous dire « {nearest} » ?',
  MS048: '{field} va de {minimum} à {maximum} ; {value} est refusé.',
  'MS048.minimum': '{field} vaut au moins {minimum} ; {value} est refusé.',
  MS049: 'Clé « {field} » en double : kubectl prend la dernière sans rien dire.',
  MS050:
    '« {value} » n’est pas une taille : le webhook la refuse. Écrivez un nombre avec unité, comme 64MiB, ou un pourcentage.',
  MS051: 'YAML : {detail}',
  'MS051.UNKNOWN_ANCHOR': 'YAML : aucune ancre « {detail} » avant cet alias.',
  'MS051.ANCHOR_LOOP': 'YAML : l’ancre « {detail} » se contient elle-même.',
  'MS051.TAB_AS_INDENT': 'YAML : pas de tabulation pour indenter. Utilisez des espaces.',
  'MS051.MISSING_CHAR': 'YAML : quelque chose n’est pas fermé ici. {detail}',
  'MS051.BAD_INDENT': 'YAML : mauvaise indentation. {detail}',
  MS052: '« {value} » n’est pas un nom valide.',
  'MS052.missing': 'L’objet n’a pas de nom : Kubernetes le refuse.',
  'MS052.pattern':
    '« {value} » n’est pas un nom valide : minuscules, chiffres et « - », avec une lettre ou un chiffre au début et à la fin.',
  'MS052.dots': '« {value} » n’est pas un espace de noms valide : pas de point.',
  'MS052.length': 'Le nom est trop long : Kubernetes le refuse.',
  MS053: '« {operator} » n’est pas un opérateur : {allowed}. Aucun Pod n’est sélectionné.',
  'MS053.key': '« {key} » n’est pas une clé d’étiquette valide : aucun Pod n’est sélectionné.',
  'MS053.value': '« {value} » n’est pas une valeur d’étiquette valide : aucun Pod n’est sélectionné.',
  'MS053.values': 'L’opérateur {operator} ne prend pas de valeurs : aucun Pod n’est sélectionné.',
  'MS053.no-values': 'L’opérateur {operator} demande des valeurs : aucun Pod n’est sélectionné.',
  MS054: 'Aucun Pod n’est jamais dans la phase « {value} ». Phases : {allowed}.',
  MS055:
    'On ne peut sélectionner des Pods par le champ « {field} » : aucun n’est trouvé. Connus : {allowed}.',
  MS056: 'Durée {value} : l’expérience est arrêtée avant d’être injectée.',
  MS057: 'Ceci est un modèle ({{ }}) : Podstress vérifie des manifestes, générez-le d’abord.',
  MS058: 'Ce document est trop imbriqué pour être vérifié.',
  MS059: '« {key} » n’est pas une clé d’étiquette valide : aucun Pod n’est sélectionné.',
  'MS059.value': '« {value} » n’est pas une valeur d’étiquette valide : aucun Pod n’est sélectionné.',
  MS060: 'Aucun espace de noms ne peut s’appeler « {value} » : il est ignoré en silence.',
  'MS060.pod': 'Aucun Pod ne peut s’appeler « {value} » : il est ignoré en silence.',
  MS061: '« {value} » n’est pas une planification : {detail}',
  'MS061.empty': 'La planification est vide.',
  'MS061.fields':
    '« {value} » n’est pas une planification : il faut cinq champs (six avec les secondes), il y en a {detail}.',
  'MS061.descriptor':
    '« {value} » n’est pas une planification : mots connus @yearly, @monthly, @weekly, @daily, @hourly et @every DURÉE.',
  'MS061.duration': '« {value} » n’est pas une planification : « {detail} » n’est pas une durée Go.',
  'MS061.number': '« {value} » n’est pas une planification : « {detail} » n’est pas un nombre.',
  'MS061.below-minimum':
    '« {value} » n’est pas une planification : {detail} commence sous le minimum de son champ.',
  'MS061.above-maximum':
    '« {value} » n’est pas une planification : {detail} finit au-dessus du maximum de son champ.',
  'MS061.reversed': '« {value} » n’est pas une planification : l’intervalle {detail} est inversé.',
  'MS061.step': '« {value} » n’est pas une planification : le pas de {detail} est 0.',
  'MS061.hyphens': '« {value} » n’est pas une planification : trop de tirets dans {detail}.',
  'MS061.slashes': '« {value} » n’est pas une planification : trop de barres dans {detail}.',
  'MS061.time-zone': '« {value} » n’est pas une planification : « {detail} » n’est pas un fuseau horaire.',
  MS062: 'Le type {value} demande le bloc « {field} ».',
  'MS062.type': '« {value} » n’est pas un type qu’un Schedule peut lancer.',
  MS063: 'Le nom a {length} caractères ; au-delà de {limit}, ses expériences ne peuvent en porter le nom.',
  MS065:
    'Pas de durée, et pas de chevauchement permis : la première exécution ne finit jamais et bloque les suivantes.',
  MS066: 'Aucun modèle ne s’appelle « {name} » : le webhook refuse l’entrée.',
  MS067: 'Aucun modèle ne s’appelle « {name} » : le webhook refuse l’enfant.',
  MS068: 'Un autre modèle s’appelle « {name} » : les noms doivent être uniques.',
  MS069: '« {value} » n’est pas un type de modèle.',
  MS070: 'Un modèle de type {value} demande le bloc « {field} ».',
  MS071: 'Un modèle de type {value} ne doit pas avoir « {field} ».',
  MS072: 'Le chaos d’un Workflow ne doit pas avoir de durée : utilisez l’échéance (deadline) du modèle.',
  MS073: 'Un modèle de type Suspend demande une échéance (deadline).',
  MS074: '« {value} » n’est pas un nom de modèle valide : minuscules, chiffres, « - » et « . ».',
  MS075: 'Pas d’échéance (deadline) : cette étape ne finit jamais.',
  MS076: 'Un Workflow a besoin de templates.',
};
