"""Help in French, by the English in the code: of what people answer, keep and look up."""

from typing import Final

ANSWERING: Final = {
    "Show the library of episodes, or add a past crisis of your own.": (
        "Montrer la bibliothèque d'épisodes, ou y ajouter une crise passée à vous."
    ),
    "List the episodes that talk is compared with.": "Lister les épisodes auxquels on compare.",
    (
        "List the episodes that talk is compared with, those of TOCSIN_LIBRARY_DIR among them."
    ): "Lister les épisodes auxquels on compare, ceux de TOCSIN_LIBRARY_DIR compris.",
    "Show one episode, phase by phase.": "Montrer un épisode, phase par phase.",
    ("Show what the episode NAME expects of each feature in each phase, with its tolerance."): (
        "Montrer ce que l'épisode NAME attend de chaque trait dans chaque phase, et avec "
        "quelle tolérance."
    ),
    "Measure an episode on a recording, and add it.": (
        "Mesurer un épisode sur un enregistrement, et l'ajouter."
    ),
    (
        "Measure the episode NAME on a recording and add it to your library.\n\n"
        "FILES are read as tocsin backtest reads them. They must hold about a day of ordinary"
        " talk before --from, which says what was usual. Worker, backtest and check compare "
        "with what lies in TOCSIN_LIBRARY_DIR."
    ): (
        "Mesurer l'épisode NAME sur un enregistrement, et l'ajouter à votre bibliothèque.\n\n"
        "FILES se lisent comme pour tocsin backtest. Il y faut environ un jour de "
        "conversation ordinaire avant --from, qui dit ce qui est habituel. Traitement, "
        "backtest et check comparent avec ce qui est dans TOCSIN_LIBRARY_DIR."
    ),
    "Whether talk like it should ring.": "Si ce qui y ressemble doit sonner.",
    "What alerts call it, such as 'our recall of 2019'.": (
        "Comment l'appellent les alertes, par exemple « notre rappel de 2019 »."
    ),
    "Whom it happened to.": "À qui c'est arrivé.",
    "Its onset, UTC.": "Son début, UTC.",
    "Its end, UTC.": "Sa fin, UTC.",
    "YAML that says which column is what.": "YAML qui dit quelle colonne est quoi.",
    "Where it cannot be told from the file.": "Quand le fichier ne le dit pas.",
    "Where the episode is written. Default: TOCSIN_LIBRARY_DIR.": (
        "Où écrire l'épisode. Par défaut : TOCSIN_LIBRARY_DIR."
    ),
    "Overwrite an episode of this name.": "Remplacer un épisode du même nom.",
    ("Say something about an alert (it is in hand, may wait, was false), or what a text says."): (
        "Répondre à une alerte (je m'en occupe, cela peut attendre, c'était faux), ou "
        "qualifier ce que dit un texte."
    ),
    "Say that an incident is in hand.": "Dire que quelqu'un s'occupe d'un incident.",
    (
        "Say that an incident is in hand.\n\n"
        "The alert shows who and since when, and calls the channel again only when it gets "
        "graver than it was then, or comes back after its end."
    ): (
        "Dire que quelqu'un s'occupe d'un incident.\n\n"
        "L'alerte dit qui et depuis quand, et ne rappelle le canal que si l'affaire devient "
        "plus grave qu'à cet instant, ou revient après sa fin."
    ),
    "Who says so, for the audit trail.": "Qui le dit, pour la trace.",
    "A sentence for the audit trail.": "Une phrase, pour la trace.",
    "Keep silent about an incident for a time.": "Se taire un temps sur un incident.",
    (
        "Keep silent about an incident for a time.\n\n"
        "Its message keeps itself up to date without calling anybody. The silence breaks when"
        " severity rises by two or more over what it is now."
    ): (
        "Se taire un temps sur un incident.\n\n"
        "Son message reste à jour sans appeler personne. Le silence se rompt quand la gravité"
        " monte de deux ou plus par rapport à maintenant."
    ),
    "How long: 2h, 90m, 1d12h.": "Combien de temps : 2h, 90m, 1d12h.",
    "Say that an incident was a false alarm.": "Dire qu'un incident était une fausse alerte.",
    (
        "Say that an incident was a false alarm; also after its end.\n\n"
        "It is over then, and the judge learns for this brand, within bounds and for some "
        "months: the episode that made it ring weighs less, and the volume has to be rarer."
    ): (
        "Dire qu'un incident était une fausse alerte, même après sa fin.\n\n"
        "Il est alors clos, et le juge apprend pour cette marque, dans certaines bornes et "
        "pour quelques mois : l'épisode qui l'a fait sonner pèse moins, et le volume doit "
        "être plus rare."
    ),
    "Say that a heads-up should have rung.": "Dire qu'une pré-alerte aurait dû sonner.",
    (
        "Say that a heads-up should have rung; also after it was dismissed.\n\n"
        "The judge learns for this brand, within bounds and for some months: what rings or is"
        " worth a heads-up need be half as rare."
    ): (
        "Dire qu'une pré-alerte aurait dû sonner, même une fois écartée.\n\n"
        "Le juge apprend pour cette marque, dans certaines bornes et pour quelques mois : ce "
        "qui sonne ou vaut une pré-alerte n'a plus à être que moitié moins rare."
    ),
    "Label a text, or each line of a file.": "Qualifier un texte, ou chaque ligne d'un fichier.",
    (
        "Label TEXT, or each line of a file, for BRAND. `tocsin learn` learns it.\n\n"
        "Say which tone it has, whether it attacks the brand, or both. Saying the same twice "
        "counts once. At most 1,000 texts of 1,000 characters at a time."
    ): (
        "Qualifier TEXT, ou chaque ligne d'un fichier, pour BRAND. `tocsin learn` l'apprend.\n\n"
        "Dites quel est son ton, s'il attaque la marque, ou les deux. Dire deux fois la même "
        "chose compte une fois. Au plus 1 000 textes de 1 000 caractères à la fois."
    ),
    "Its tone.": "Son ton.",
    "Whether it attacks the brand: accuses, mocks, calls to act.": (
        "S'il attaque la marque : accuse, moque, appelle à agir."
    ),
    "Language, e.g. fr; und guesses it.": "Langue, par exemple fr ; und la devine.",
    "Who says so. Default: the user's name.": "Qui le dit. Par défaut : le nom de l'utilisateur.",
    "Texts, one a line; - for stdin.": "Des textes, un par ligne ; - pour l'entrée standard.",
    (
        "Forget posts by their ids, or accounts by @handle: texts, handles and ids, not "
        "counts.\n\n"
        "The page and the messages of alerts lose them within a minute, and so does what is "
        "labelled from then on. What was said, when and by whom is on tocsin.deletions, "
        "without a text. Accounts that have no handles, as at Bluesky, are given as @ and "
        "their id."
    ): (
        "Oublier des messages par leur identifiant, ou des comptes par leur @nom : textes, "
        "noms et identifiants, pas les comptes.\n\n"
        "La page et les messages d'alerte les perdent en une minute, et désormais aussi ce "
        "que l'on qualifie. Ce qui a été dit, quand et par qui reste dans tocsin.deletions, "
        "sans texte. Les comptes sans nom, comme chez Bluesky, s'écrivent @ suivi de leur "
        "identifiant."
    ),
    "Events of X's compliance streams or Activity API, one a line; - for stdin.": (
        "Événements des flux de conformité ou de l'Activity API de X, un par ligne ; - pour "
        "l'entrée standard."
    ),
    (
        "Write to FILE what cannot be rebuilt, as it is on Kafka now.\n\n"
        "That is what people said and labelled, the versions of the model, all steps of all "
        "incidents, and what was told to whom. Keys, times and headers are kept, and a "
        "checksum. Nothing has to stop."
    ): (
        "Écrire dans FILE ce que l'on ne pourrait pas refaire, tel qu'il est sur Kafka à "
        "présent.\n\n"
        "C'est ce que les gens ont dit et qualifié, les versions du modèle, toutes les étapes"
        " de tous les incidents, et ce qui a été dit à qui. Clés, heures et en-têtes sont "
        "gardés, avec une somme de contrôle. Rien n'a besoin de s'arrêter."
    ),
    "Only what is about this brand.": "Seulement ce qui touche cette marque.",
    (
        "Write the records of a backup onto Kafka, with their keys and times.\n\n"
        "All other processes have to be stopped, and the topics to be there and empty (tocsin"
        " topics --apply). They may have another number of partitions, or another prefix, "
        "than those of which the backup was made. The whole file is checked before anything "
        "is written."
    ): (
        "Remettre sur Kafka les enregistrements d'une sauvegarde, avec leurs clés et leurs "
        "heures.\n\n"
        "Tous les autres processus doivent être arrêtés, et les topics être là et vides "
        "(tocsin topics --apply). Ils peuvent avoir un autre nombre de partitions, ou un "
        "autre préfixe, que ceux dont vient la sauvegarde. Tout le fichier est vérifié avant "
        "que rien ne soit écrit."
    ),
    "Only say whether the file is whole; no Kafka is asked.": (
        "Dire seulement si le fichier est entier ; aucun Kafka n'est interrogé."
    ),
    "Also where there are records already; what comes twice is known as such.": (
        "Même là où il y a déjà des enregistrements ; ce qui vient deux fois est reconnu."
    ),
    (
        "Run a real Apache Kafka of one node: start, stop, kill, wipe or status.\n\n"
        "Needs Java 17 or newer; Maven fetches Kafka's jars the first time. STOP lets it shut"
        " down in order, KILL does not, WIPE kills it and deletes its messages. STATUS has "
        "exit code 1 where nothing runs."
    ): (
        "Lancer un vrai Apache Kafka d'un seul nœud : start, stop, kill, wipe ou status.\n\n"
        "Il faut Java 17 ou plus récent ; la première fois, Maven va chercher les fichiers de"
        " Kafka. STOP le laisse s'arrêter en ordre, KILL non, WIPE le tue et supprime ses "
        "messages. STATUS a le code de sortie 1 là où rien ne tourne."
    ),
    "Port on 127.0.0.1. Default: the one used before in --dir, else a free one.": (
        "Port sur 127.0.0.1. Par défaut : le dernier employé dans --dir, sinon un port libre."
    ),
    "Where settings, data, log and process id lie.": (
        "Où sont réglages, données, journal et numéro de processus."
    ),
    "Where Kafka's jars are kept.": "Où sont gardés les fichiers de Kafka.",
    (
        "Publish what travels on the wire as JSON Schema.\n\n"
        "Without --write it compares the files in --dir with the code, with exit code 1 where"
        " one is missing, out of date or left over."
    ): (
        "Publier en JSON Schema ce qui circule.\n\n"
        "Sans --write, compare les fichiers de --dir au code ; code de sortie 1 là où l'un "
        "manque, est périmé ou de trop."
    ),
    "Write one file a schema instead of listing them.": (
        "Écrire un fichier par schéma plutôt que les lister."
    ),
    "Where the files lie.": "Où sont les fichiers.",
}
