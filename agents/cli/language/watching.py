"""Help in French, by the English in the code: of the program itself and of what watches."""

from typing import Final

WATCHING: Final = {
    "Tocsin rings when what is said about a brand starts to look like a crisis.": (
        "Tocsin sonne quand ce qui se dit d'une marque commence à ressembler à une crise."
    ),
    "Language of help and reports. Default: TOCSIN_LANG, else the locale.": (
        "Langue de l'aide et des rapports. Par défaut : TOCSIN_LANG, sinon la langue du système."
    ),
    "Send the digest of the day or the week that is due.": (
        "Envoyer le résumé du jour ou de la semaine."
    ),
    (
        "Send the digests of the routes that are due and not sent yet, then end.\n\n"
        "What was sent is kept on tocsin.notifications, so a run more sends nothing twice: "
        "have a timer or a CronJob start it every few minutes. Exit code 1 where a receiver "
        "did not take one; the next run tries again."
    ): (
        "Envoyer les résumés des routes dont l'heure est venue et qui ne sont pas partis, puis "
        "finir.\n\n"
        "Ce qui est parti est noté dans tocsin.notifications : un passage de plus n'envoie rien "
        "deux fois. Faites-le lancer toutes les quelques minutes par une minuterie ou un "
        "CronJob. Code de sortie 1 si un destinataire n'en a pas voulu ; le passage suivant "
        "réessaie."
    ),
    "Print what was due last, and send nothing.": (
        "Afficher le dernier résumé dont l'heure est venue, sans rien envoyer."
    ),
    "Show the version and exit.": "Afficher la version et quitter.",
    "See the whole way: a broker, a simulated crisis, an alert.": (
        "Voir toute la chaîne : une crise simulée, une alerte."
    ),
    (
        "Show the whole way: embedded Kafka, worker, alerting, page, and a crisis that rings.\n\n"
        "Alerts appear here, or in Slack where SLACK_BOT_TOKEN is set; the page's address is the "
        "second thing that is said. Exit code 1 if nothing rang in a crisis, if it rang before "
        "that began, or where there is none.\n\n"
        "With --live nothing is made up: what Bluesky says of NAME is counted until Ctrl-C. "
        "That needs no account, and the hosts of TOCSIN_BLUESKY_HOSTS."
    ): (
        "Montrer toute la chaîne : un Kafka embarqué, le traitement, les alertes, la page, et une "
        "crise qui fait sonner.\n\n"
        "Les alertes s'affichent ici, ou dans Slack si SLACK_BOT_TOKEN est défini ; l'adresse de "
        "la page vient en deuxième. Code de sortie 1 si rien n'a sonné dans une crise, si l'alerte "
        "a sonné avant son début, ou s'il n'y en a pas.\n\n"
        "Avec --live, rien n'est inventé : ce que Bluesky dit de NAME est compté jusqu'à "
        "Ctrl-C. Il n'y faut aucun compte, seulement l'accès aux hôtes de "
        "TOCSIN_BLUESKY_HOSTS."
    ),
    "What happens after the chatter.": "Ce qui arrive après le bavardage ordinaire.",
    "YAML of brands, the first of which it happens to. Default: Nestlé.": (
        "YAML de marques ; la première est celle à qui cela arrive. Par défaut : Nestlé."
    ),
    "Same seed, same posts.": "Même graine, mêmes messages.",
    "Size of the usual chatter; the crisis grows with it.": (
        "Volume du bavardage ordinaire ; la crise grandit avec lui."
    ),
    "Listen to Bluesky for this name now, instead; may be given repeatedly.": (
        "Écouter plutôt ce nom sur Bluesky, en ce moment ; peut être répété."
    ),
    "Language of the alerts. Default: that of help and reports.": (
        "Langue des alertes. Par défaut : celle de l'aide et des rapports."
    ),
    "Leave everything running at the end, until Ctrl-C.": (
        "Tout laisser tourner à la fin, jusqu'à Ctrl-C."
    ),
    "Check brands, mappings and settings; say all faults at once.": (
        "Vérifier marques et réglages ; dire toutes les fautes."
    ),
    (
        "Check brands, mappings, routes and the environment's settings; say all faults at "
        "once.\n\n"
        "Ends with 0 and a summary if all is well, with 1 and every fault, as file:line, "
        "otherwise."
    ): (
        "Vérifier marques, correspondances, routes et réglages de l'environnement ; dire "
        "toutes les fautes d'un coup.\n\n"
        "Se termine par 0 et un résumé si tout va bien ; sinon par 1 et chaque faute, sous la"
        " forme fichier:ligne."
    ),
    "Also check a column mapping; may be repeated.": (
        "Vérifier aussi une correspondance de colonnes ; peut être répété."
    ),
    ("Also check who is told of what, and say what false rings add up to for each receiver."): (
        "Vérifier aussi qui est prévenu de quoi, et dire à combien de fausses sonneries "
        "s'attend chaque destinataire."
    ),
    "Also print every rule for X.": "Afficher aussi chaque règle destinée à X.",
    "Count warnings as faults.": "Compter les avertissements comme des fautes.",
    "Write a first mapping from an export of posts.": (
        "Écrire une première correspondance à partir d'un export."
    ),
    "Compare Kafka's topics with what is needed, or create them.": (
        "Comparer les topics de Kafka à ce qu'il faut, ou les créer."
    ),
    (
        "Compare Kafka's topics with the table of topics; with --apply create missing ones.\n\n"
        "Of what exists, only message.timestamp.type is changed, where Kafka has to date the "
        "records: else whoever publishes does, and its clock is believed. Exit code 1 where a"
        " topic is missing, or has another partition count or cleanup policy; other "
        "differences are shown only. A wrong topic keeps --apply from doing anything."
    ): (
        "Comparer les topics de Kafka au tableau des topics ; avec --apply, créer ceux qui "
        "manquent.\n\n"
        "De ce qui existe, seul message.timestamp.type est changé, là où Kafka doit dater "
        "lui-même les enregistrements : sinon c'est l'horloge de qui publie que l'on croit. "
        "Code de sortie 1 si un topic manque, ou n'a pas le bon nombre de partitions ou la "
        "bonne politique de nettoyage ; les autres écarts sont seulement montrés. Un topic "
        "faux empêche --apply de faire quoi que ce soit."
    ),
    "Create what is missing, and have Kafka date what it must.": (
        "Créer ce qui manque, et faire dater par Kafka ce qu'il doit dater."
    ),
    "Address of Kafka. Default: TOCSIN_KAFKA_BOOTSTRAP.": (
        "Adresse de Kafka. Par défaut : TOCSIN_KAFKA_BOOTSTRAP."
    ),
    "Of every topic; it can't be changed later. Default: TOCSIN_PARTITIONS.": (
        "De chaque topic ; ne peut plus être changé. Par défaut : TOCSIN_PARTITIONS."
    ),
    "Copies of every topic; 3 in production. Default: TOCSIN_REPLICATION.": (
        "Copies de chaque topic ; 3 en production. Par défaut : TOCSIN_REPLICATION."
    ),
    "Seconds to wait for Kafka to be there.": "Secondes pendant lesquelles attendre Kafka.",
    "Write JSON instead of a table.": "Écrire du JSON plutôt qu'un tableau.",
    "Score, roll up and judge what is said about your brands.": (
        "Noter, compter et juger ce qui se dit de vos marques."
    ),
    (
        "Run one stream processor; several share the load by partition.\n\n"
        "Reads tocsin.mentions, writes tocsin.buckets and tocsin.incidents. Posts are scored "
        "by what TOCSIN_SCORER names, with the versions on tocsin.models if it can learn. "
        "Settings come from TOCSIN_… variables (see tocsin check). The topics must exist "
        "(tocsin topics)."
    ): (
        "Lancer un processus de traitement ; plusieurs se partagent la charge par partition.\n\n"
        "Lit tocsin.mentions, écrit tocsin.buckets et tocsin.incidents. Les messages sont "
        "notés par ce que nomme TOCSIN_SCORER, avec les versions de tocsin.models s'il sait "
        "apprendre. Les réglages viennent des variables TOCSIN_… (voir tocsin check). Les "
        "topics doivent exister (tocsin topics)."
    ),
    "YAML of brands (see tocsin check).": "YAML des marques (voir tocsin check).",
    "Publish posts: recorded, simulated, or live from X.": (
        "Publier des messages : enregistrés, simulés ou en direct."
    ),
    "Show, set or remove the rules of X's filtered stream.": (
        "Montrer, poser ou retirer les règles du flux filtré de X."
    ),
    "Post incidents to Slack, or show them here.": (
        "Envoyer les incidents dans Slack, ou les montrer ici."
    ),
    (
        "Post incidents to Slack, one message each, kept up to date; without a token, show "
        "them here.\n\n"
        "Reads tocsin.incidents and commits a record once the sink has it; what was delivered"
        " is kept on tocsin.notifications. Several sinks do not wait for each other. "
        "SLACK_BOT_TOKEN needs the scopes chat:write, channels:history, channels:read, "
        "groups:history and groups:read, and the bot must be a member of the channels "
        "(/invite). With the scope files:write, and the optional extra tocsin[pictures], each"
        " alert has a chart in its thread. With SLACK_APP_TOKEN (scope connections:write) "
        "alerts get buttons, and a form to label their posts; what people say goes to "
        "tocsin.feedback.\n\n"
        "With --routes, a file says who is told of what, when and how loudly, and who is "
        'called where nobody takes it. "tocsin alert test" sends a test alert to receivers of'
        " that file, and ends."
    ): (
        "Envoyer les incidents dans Slack, un message chacun, tenu à jour ; sans jeton, les "
        "montrer ici.\n\n"
        "Lit tocsin.incidents et valide un enregistrement une fois que le canal l'a pris ; ce"
        " qui a été remis est noté dans tocsin.notifications. Plusieurs canaux ne s'attendent"
        " pas. SLACK_BOT_TOKEN demande les portées chat:write, channels:history, "
        "channels:read, groups:history et groups:read, et le robot doit être membre des "
        "canaux (/invite). Avec la portée files:write et l'extra tocsin[pictures], chaque "
        "alerte a son graphique dans son fil. Avec SLACK_APP_TOKEN (portée "
        "connections:write), les alertes ont des boutons, et un formulaire pour qualifier "
        "leurs messages ; ce que disent les gens va dans tocsin.feedback.\n\n"
        "Avec --routes, un fichier dit qui est prévenu de quoi, quand et avec quel bruit, et "
        "qui est appelé quand personne ne s'en charge. « tocsin alert test » envoie une "
        "alerte d'essai aux destinataires de ce fichier, et se termine."
    ),
    "YAML of who is told of what, when and how loudly (see tocsin check --routes).": (
        "YAML qui dit qui est prévenu de quoi, quand et avec quel bruit (voir tocsin check "
        "--routes)."
    ),
    "With test: a receiver of the routes that gets a test alert, or all. May be repeated.": (
        "Avec test : un destinataire des routes qui reçoit une alerte d'essai, ou all. Peut "
        "être répété."
    ),
    "For brands without one, or whose own refuses.": (
        "Pour les marques qui n'en ont pas, ou dont le leur refuse."
    ),
    "Where alerts go, once or several times. [default: slack with a token, else console]": (
        "Où vont les alertes, une ou plusieurs fois. [par défaut : slack avec un jeton, sinon"
        " console]"
    ),
    "Show alerts here, even with a token.": "Montrer les alertes ici, même avec un jeton.",
    "Consumer group. [default: tocsin-alert-SINK]": (
        "Groupe de lecture. [par défaut : tocsin-alert-SINK]"
    ),
    "Deliver what is there now, then end.": "Remettre ce qui est là, puis finir.",
    "Read the whole topic again, however old.": "Relire tout le topic, si vieux soit-il.",
    "Records older than this at the start do not ring any more.": (
        "Au démarrage, ce qui est plus vieux ne sonne plus."
    ),
    "Say who would be told of an incident, and why.": (
        "Dire qui serait prévenu d'un incident, et pourquoi."
    ),
    "Try the routes file without telling anybody.": (
        "Essayer le fichier de routes sans prévenir personne."
    ),
    (
        "Say who would be told of an incident of a brand, when, how loudly and by which "
        "route.\n\n"
        "Nobody is told anything."
    ): (
        "Dire qui serait prévenu d'un incident d'une marque, quand, avec quel bruit et par "
        "quelle route.\n\n"
        "Personne n'est prévenu de rien."
    ),
    "YAML of routes (see tocsin check --routes).": "YAML des routes (voir tocsin check --routes).",
    "Id of the brand.": "Identifiant de la marque.",
    "1 to 10.": "De 1 à 10.",
    "A heads-up, or a ring.": "Une pré-alerte, ou une sonnerie.",
    "Episode of the library that it is like.": "Épisode de la bibliothèque auquel cela ressemble.",
    "Language in which most of it is said, such as fr.": "Langue dominante, telle que fr.",
    "When it rings: 03:00, or 2026-12-03T03:00. [default: now]": (
        "Quand cela sonne : 03:00, ou 2026-12-03T03:00. [par défaut : maintenant]"
    ),
    "Time zone of --at. [default: that of the file's hours]": (
        "Fuseau horaire de --at. [par défaut : celui des horaires du fichier]"
    ),
    "Serve incidents as a web page, with forms to answer.": (
        "Servir les incidents en page web, avec de quoi y répondre."
    ),
    (
        "Serve what is heard and what rings as web pages, in English or French.\n\n"
        "With charts, posts, notes and forms to answer and to label; the same as JSON, CSV "
        "and Atom. Listens on TOCSIN_PAGE_HOST and TOCSIN_PAGE_PORT. Answers are taken only "
        "from people whom a reverse proxy names in the header that TOCSIN_PAGE_USER_HEADER "
        "says; the page has no login of its own, and without that setting it is to look at "
        "only."
    ): (
        "Servir en pages web ce qu'on entend et ce qui sonne, en anglais ou en français.\n\n"
        "Avec graphiques, messages, notes, et de quoi répondre et qualifier ; la même chose "
        "en JSON, CSV et Atom. Écoute sur TOCSIN_PAGE_HOST et TOCSIN_PAGE_PORT. Seules "
        "comptent les réponses des personnes qu'un mandataire nomme dans l'en-tête que dit "
        "TOCSIN_PAGE_USER_HEADER ; la page n'a pas d'identification à elle, et sans ce "
        "réglage elle se regarde seulement."
    ),
    "How far back incidents are shown; at most the 1,000 latest.": (
        "Jusqu'où remontent les incidents montrés ; les 1 000 derniers au plus."
    ),
    "Empty the page's store, and fill it again.": (
        "Vider la mémoire de la page, et la remplir à nouveau."
    ),
    "Make a token for scripts that read the page's API.": (
        "Créer un jeton pour un programme qui lit l'API de la page."
    ),
    (
        "Make a token for a script, and the line by which the page knows it.\n\n"
        "The line goes to stdout, for the file that TOCSIN_PAGE_TOKENS_FILE names: it has the "
        "hash of the token and not the token. The token itself is said once, on stderr, and "
        "kept nowhere."
    ): (
        "Créer un jeton pour un programme, et la ligne par laquelle la page le connaît.\n\n"
        "La ligne va sur la sortie standard, pour le fichier que nomme "
        "TOCSIN_PAGE_TOKENS_FILE : elle porte l'empreinte du jeton, pas le jeton. Celui-ci est "
        "dit une fois, sur la sortie d'erreur, et n'est gardé nulle part."
    ),
    "Id of a brand that it may read; all without it.": (
        "Identifiant d'une marque qu'il peut lire ; sans cette option, toutes."
    ),
    "The last day (UTC) on which it is good.": "Le dernier jour (UTC) où il est valable.",
    "Give the worker counts of a brand's past.": (
        "Donner au traitement les comptes passés d'une marque."
    ),
    "Show the library of episodes, or add a crisis of your own.": (
        "Montrer la bibliothèque d'épisodes, ou y ajouter."
    ),
    "Say something about an alert, or label what a text says.": (
        "Répondre à une alerte, ou qualifier ce que dit un texte."
    ),
    "Have a post or an account forgotten where it is shown.": (
        "Faire oublier un message ou un compte."
    ),
    "List the incidents that rang, or each step of one.": (
        "Lister ce qui a sonné, ou chaque étape d'un incident."
    ),
    (
        "List the incidents that rang, newest first; with INCIDENT, every step of that one.\n\n"
        "Reads all of tocsin.incidents, which is the audit trail: each step has its reason, "
        "and those that people caused have their names."
    ): (
        "Lister les incidents qui ont sonné, le plus récent d'abord ; avec INCIDENT, chaque "
        "étape de celui-là.\n\n"
        "Lit tout tocsin.incidents, qui est la trace : chaque étape a sa raison, et celles "
        "que des personnes ont causées portent leur nom."
    ),
    "Only incidents of this brand.": "Seulement les incidents de cette marque.",
    "How many to list.": "Combien en lister.",
    "Show what would have rung on recorded posts.": (
        "Montrer ce qui aurait sonné sur des messages enregistrés."
    ),
    "Measure Tocsin beside other detectors.": "Mesurer Tocsin à côté d'autres détecteurs.",
    "Score how unusual each row of a series of counts is.": (
        "Noter ce qu'une série de comptes a d'inhabituel."
    ),
    "Score, evaluate or explain texts with the sentiment model.": (
        "Noter, évaluer ou expliquer le ton de textes."
    ),
    "Learn the sentiment model from labelled files.": (
        "Apprendre le modèle de ton sur des fichiers étiquetés."
    ),
    "Learn from labels on Kafka, and publish what was learned.": (
        "Apprendre des réponses des gens, et le publier."
    ),
    "List, show and roll back versions of the sentiment model.": (
        "Lister, montrer et rétablir des versions du modèle de ton."
    ),
    "Write what cannot be rebuilt from Kafka into one file.": (
        "Écrire dans un fichier ce que l'on ne pourrait pas refaire."
    ),
    "Write a backup back onto Kafka.": "Remettre une sauvegarde sur Kafka.",
    "Run a real Apache Kafka of one node.": "Lancer un vrai Apache Kafka d'un seul nœud.",
    "Publish what travels on the wire as JSON Schema.": "Publier en JSON Schema ce qui circule.",
}
