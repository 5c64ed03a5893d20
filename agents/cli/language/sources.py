"""Help in French, by the English in the code: of what brings posts."""

from typing import Final

SOURCES: Final = {
    "Write mappings, which say which column of a foreign table is what.": (
        "Écrire des correspondances, qui disent quelle colonne d'un tableau étranger est quoi."
    ),
    "Write a first mapping from a table's header.": (
        "Écrire une première correspondance d'après un tableau."
    ),
    (
        "Write a first mapping for FILE, from the names of its columns and its first rows.\n\n"
        "FILE is a table or JSON lines, compressed or not. The mapping goes to standard "
        "output; what was guessed, and what could not be, goes to standard error: read both "
        "before you trust figures. Ends with 1 if something that is needed was not found."
    ): (
        "Écrire une première correspondance pour FILE, d'après le nom de ses colonnes et ses "
        "premières lignes.\n\n"
        "FILE est un tableau ou des lignes JSON, compressé ou non. La correspondance va sur "
        "la sortie standard ; ce qui a été deviné, et ce qui n'a pu l'être, sur la sortie "
        "d'erreur : lisez les deux avant de vous fier aux chiffres. Se termine par 1 si "
        "quelque chose de nécessaire n'a pas été trouvé."
    ),
    ("Publish posts: recorded, simulated, or live from networks, feeds, files or webhooks."): (
        "Publier des messages : enregistrés, simulés, ou en direct de réseaux, de flux, de "
        "fichiers ou de webhooks."
    ),
    "Publish what Bluesky says, without an account.": "Publier ce que dit Bluesky, sans compte.",
    (
        "Publish what Bluesky says about the brands, until SIGTERM or Ctrl-C.\n\n"
        "No account and no key is needed. All of Bluesky's posts come through here, and are "
        "matched here: some gigabytes a day. Hosts are those of TOCSIN_BLUESKY_HOSTS, in "
        "their order."
    ): (
        "Publier ce que Bluesky dit des marques, jusqu'à SIGTERM ou Ctrl-C.\n\n"
        "Ni compte ni clé. Tous les messages de Bluesky passent par ici, et c'est ici qu'on "
        "les trie : quelques gigaoctets par jour. Les hôtes sont ceux de "
        "TOCSIN_BLUESKY_HOSTS, dans leur ordre."
    ),
    "Name of this source; one process per name.": (
        "Nom de cette source ; un seul processus par nom."
    ),
    "How far posts may be out of order; the watermark stays so far behind.": (
        "De combien les messages peuvent arriver en désordre ; l'horloge de la source reste "
        "d'autant en arrière."
    ),
    "A connection that says nothing for so long is made anew.": (
        "Une connexion muette depuis ce temps est refaite."
    ),
    "What is older is not read again after a standstill, but stated as a gap.": (
        "Après un arrêt, ce qui est plus vieux n'est pas relu, mais déclaré comme une lacune."
    ),
    "Publish what is added to a file, or moved into a folder.": (
        "Publier ce qui arrive dans un fichier ou un dossier."
    ),
    (
        "Publish what is appended to FILE, or the files that are moved into DIR.\n\n"
        "Runs until SIGTERM or Ctrl-C. Reads what ingest replay reads; a FILE has one post a "
        "line and is not compressed. Posts are counted by their own dates, so they have to be"
        " of now."
    ): (
        "Publier ce qui s'ajoute à FILE, ou les fichiers que l'on déplace dans DIR.\n\n"
        "Tourne jusqu'à SIGTERM ou Ctrl-C. Lit ce que lit ingest replay ; FILE a un message "
        "par ligne et n'est pas compressé. Les messages sont comptés à leur propre date : ils"
        " doivent donc être d'aujourd'hui."
    ),
    "YAML that maps columns or fields to a mention.": (
        "YAML qui dit quelle colonne ou quel champ d'une mention est quoi."
    ),
    "Where it cannot be told.": "Quand on ne peut pas le deviner.",
    "How old a post may be when it comes; the watermark stays so far behind.": (
        "Quel âge un message peut avoir en arrivant ; l'horloge de la source reste d'autant "
        "en arrière."
    ),
    "A file in DIR is whole when it has not changed for so long.": (
        "Un fichier de DIR est complet quand il n'a pas changé pendant ce temps."
    ),
    "Publish posts that others send, as signed webhooks.": (
        "Publier les messages reçus en webhooks signés."
    ),
    (
        "Publish the posts that others send by POST, until SIGTERM or Ctrl-C.\n\n"
        "Listens on TOCSIN_HTTP_HOST and TOCSIN_HTTP_PORT, without TLS: put a proxy before "
        "it. A request is signed with TOCSIN_HTTP_SECRET as Standard Webhooks say, and holds "
        "posts in the neutral form or whatever ingest replay reads. It is answered 202 once "
        "its posts are on the disk."
    ): (
        "Publier les messages que d'autres envoient par POST, jusqu'à SIGTERM ou Ctrl-C.\n\n"
        "Écoute sur TOCSIN_HTTP_HOST et TOCSIN_HTTP_PORT, sans TLS : mettez un mandataire "
        "devant. Une requête est signée avec TOCSIN_HTTP_SECRET comme le veut Standard "
        "Webhooks, et contient des messages sous la forme neutre ou tout ce que lit ingest "
        "replay. La réponse est 202 une fois les messages sur le disque."
    ),
    "After so long without a request the sender counts as not heard; 0: never.": (
        "Sans requête depuis ce temps, l'émetteur compte comme non entendu ; 0 : jamais."
    ),
    "Replay recorded files, with the times that they had.": (
        "Rejouer des enregistrements à leurs propres heures."
    ),
    (
        "Replay FILES with their own times: neutral JSONL, X API v2 or v1.1, CSV with a "
        "mapping.\n\n"
        "FILE - is standard input, read to its end.\n\n"
        "Progress that Kafka has acknowledged is kept in TOCSIN_SPOOL_DIR/SOURCE.replay.json "
        "for --resume.\n\n"
        "A post dated in the future goes to the dead letters. Beside a live source that told "
        "of a brand within a day, what is more than an hour old is refused for that brand "
        "(dead letters, replay_beside_live): replay it under another brand id, or into a "
        "Kafka of its own."
    ): (
        "Rejouer FILES à leurs propres heures : JSONL neutre, API X v2 ou v1.1, CSV avec une "
        "correspondance.\n\n"
        "FILE - est l'entrée standard, lue jusqu'à sa fin.\n\n"
        "Ce que Kafka a reçu est noté dans TOCSIN_SPOOL_DIR/SOURCE.replay.json, pour "
        "--resume.\n\n"
        "Un message daté du futur va aux lettres mortes. À côté d'une source en direct qui a "
        "parlé d'une marque depuis moins d'un jour, ce qui a plus d'une heure est refusé pour"
        " cette marque (lettres mortes, replay_beside_live) : rejouez-le sous un autre "
        "identifiant de marque, ou dans un Kafka à part."
    ),
    "realtime, a factor such as 60, or max.": "realtime, un facteur tel que 60, ou max.",
    (
        "Silence stated after the end, so that the last buckets close. [default: a bucket and"
        " the lateness]"
    ): (
        "Silence déclaré après la fin, pour que les derniers comptes se ferment. [par défaut "
        ": un compte et le retard admis]"
    ),
    "Go on where the last run of this input ended.": (
        "Reprendre là où s'est arrêté le dernier passage de cette entrée."
    ),
    "Publish new entries of RSS and Atom feeds.": "Publier les nouveautés de flux RSS et Atom.",
    (
        "Publish new and changed entries of feeds about the brands, until SIGTERM or Ctrl-C.\n\n"
        "An entry is dated when it is first seen. Feeds at private addresses are refused, "
        "also behind names and redirects."
    ): (
        "Publier ce qui paraît ou change dans des flux au sujet des marques, jusqu'à SIGTERM "
        "ou Ctrl-C.\n\n"
        "Une entrée est datée du moment où on la voit pour la première fois. Les flux à des "
        "adresses privées sont refusés, même derrière un nom ou une redirection."
    ),
    "Address of a feed; may be given repeatedly.": "Adresse d'un flux ; peut être répété.",
    "File with addresses of feeds, as feed readers export it.": (
        "Fichier d'adresses de flux, tel que les lecteurs de flux l'exportent."
    ),
    "Between two readings of a feed; longer while it fails.": (
        "Entre deux lectures d'un flux ; davantage tant qu'il échoue."
    ),
    "An entry that is dated earlier, when its feed is first read, is no news.": (
        "Une entrée datée d'avant ce temps, à la première lecture du flux, n'est pas une nouvelle."
    ),
    "Fetch from private addresses, too: for feeds of your own network only.": (
        "Lire aussi des adresses privées : seulement pour des flux de votre propre réseau."
    ),
    "Simulate what is said about a brand.": "Simuler ce qui se dit d'une marque.",
    (
        "Simulate what is said about a brand, with a crisis or something harmless in it.\n\n"
        "Nothing is published before its own date: with --start now, any --speed is that of "
        "life. A simulation of the past is a replay, and refused for a brand that a live "
        "source tells of."
    ): (
        "Simuler ce qui se dit d'une marque, avec une crise ou quelque chose d'inoffensif "
        "dedans.\n\n"
        "Rien n'est publié avant sa propre date : avec --start now, tout --speed est celui de"
        " la vie. Une simulation du passé est un rejeu, refusé pour une marque dont parle une"
        " source en direct."
    ),
    "What happens to the brand.": "Ce qui arrive à la marque.",
    "Which brand, where the file has several.": "Quelle marque, quand le fichier en a plusieurs.",
    "Usual chatter, as the mean over a week.": "Bavardage ordinaire, en moyenne sur la semaine.",
    "UTC, or now": "UTC, ou now",
    "Length. [default: the scenario's]": "Durée.  [par défaut : celle du scénario]",
    "Size of it.": "Son ampleur.",
    "2: twice as sudden.": "2 : deux fois plus soudain.",
    "Write JSON lines, publish nothing.": "Écrire des lignes JSON, ne rien publier.",
    "Publish posts that come through a pipe.": "Publier les messages qui arrivent par un tube.",
    (
        "Publish the posts that come through standard input, one a line, as they are made.\n\n"
        "Runs to the end of the pipe, to SIGTERM or to Ctrl-C. Posts are counted by their own"
        " dates, so they have to be of now: a recording is piped into ingest replay - "
        "instead."
    ): (
        "Publier les messages qui arrivent par l'entrée standard, un par ligne, à mesure "
        "qu'ils sont écrits.\n\n"
        "Tourne jusqu'à la fin du tube, SIGTERM ou Ctrl-C. Les messages sont comptés à leur "
        "propre date : ils doivent donc être d'aujourd'hui ; un enregistrement passe plutôt "
        "par ingest replay -."
    ),
    "Publish posts about the brands as X delivers them.": (
        "Publier les messages sur les marques tels que X les livre."
    ),
    (
        "Publish posts about the brands as X delivers them, until SIGTERM or Ctrl-C.\n\n"
        "What it costs is counted, and stays within TOCSIN_X_USD_A_DAY and its like: authors "
        "are given up first, then a share of the posts, then reposts.\n\n"
        "Needs X_BEARER_TOKEN. Keeps rules of its own in the project's filtered stream, and "
        "looks after them; rules of others are not touched (tocsin rules)."
    ): (
        "Publier les messages sur les marques tels que X les livre, jusqu'à SIGTERM ou "
        "Ctrl-C.\n\n"
        "La dépense est comptée, et reste dans les bornes de TOCSIN_X_USD_A_DAY et des "
        "réglages voisins : on renonce d'abord aux auteurs, puis à une part des messages, "
        "puis aux reprises.\n\n"
        "Il faut X_BEARER_TOKEN. Garde ses propres règles dans le flux filtré du projet, et "
        "veille sur elles ; celles des autres restent intactes (tocsin rules)."
    ),
    "How late X may deliver a post; the watermark stays so far behind.": (
        "Avec quel retard X peut livrer un message ; l'horloge de la source reste d'autant en"
        " arrière."
    ),
    "How long a stop waits for Kafka; what is left then waits in the spool.": (
        "Combien de temps un arrêt attend Kafka ; le reste attend alors sur le disque."
    ),
    "Publish posts that mention your own account at X.": (
        "Publier les messages qui mentionnent votre propre compte X."
    ),
    (
        "Publish posts that mention your own account, at a fifth of X's price, until SIGTERM.\n\n"
        "Needs X_USER_TOKEN, or X_USER_TOKEN_FILE, which is read again for each question: a "
        "token of the account (OAuth 2.0, scopes tweet.read and users.read). Brands are found"
        " by handles and names."
    ): (
        "Publier les messages qui mentionnent votre propre compte, au cinquième du prix de X,"
        " jusqu'à SIGTERM.\n\n"
        "Il faut X_USER_TOKEN, ou X_USER_TOKEN_FILE, qui est relu à chaque question : un "
        "jeton du compte (OAuth 2.0, portées tweet.read et users.read). Les marques se "
        "reconnaissent aux comptes et aux noms."
    ),
    "Numeric id of the account that owns the app.": (
        "Identifiant numérique du compte auquel l'application appartient."
    ),
    "Between two questions; one that brings nothing costs nothing.": (
        "Entre deux questions ; celle qui ne rapporte rien ne coûte rien."
    ),
    (
        "Compare, set or remove the rules of X's filtered stream. Those of others stay as they are."
    ): (
        "Comparer, poser ou retirer les règles du flux filtré de X. Celles des autres restent"
        " telles quelles."
    ),
    "Show what would change, and change nothing.": "Montrer ce qui changerait, sans rien changer.",
    (
        "Show which rules would be added, tagged anew and deleted. Ends with 2 if there are "
        "any.\n\n"
        "Needs X_BEARER_TOKEN. Rules of others are counted, and shown where they do what ours"
        " would."
    ): (
        "Montrer quelles règles seraient ajoutées, réétiquetées ou supprimées. Se termine par"
        " 2 s'il y en a.\n\n"
        "Il faut X_BEARER_TOKEN. Les règles des autres sont comptées, et montrées quand elles"
        " font ce que feraient les nôtres."
    ),
    "Make the rules at X those of the brands.": "Mettre chez X les règles des marques.",
    (
        "Make the rules at X those of the brands. Rules of others are not touched.\n\n"
        "Needs X_BEARER_TOKEN. New rules are added before old ones go, unless there is no "
        "room for both."
    ): (
        "Mettre chez X les règles des marques. Celles des autres restent intactes.\n\n"
        "Il faut X_BEARER_TOKEN. Les nouvelles règles s'ajoutent avant que les anciennes "
        "partent, sauf s'il n'y a pas la place."
    ),
    "Have X check each change, and change nothing.": (
        "Faire vérifier chaque changement par X, sans rien changer."
    ),
    "Take away all rules that are Tocsin's own.": "Retirer toutes les règles propres à Tocsin.",
    (
        "Delete all rules that are Tocsin's own, by TOCSIN_X_OWNER. Rules of others are not "
        "touched.\n\n"
        "Needs X_BEARER_TOKEN. An agent that runs puts them back: stop it first."
    ): (
        "Supprimer toutes les règles propres à Tocsin, d'après TOCSIN_X_OWNER. Celles des "
        "autres restent intactes.\n\n"
        "Il faut X_BEARER_TOKEN. Un processus qui tourne les remettrait : arrêtez-le d'abord."
    ),
    (
        "Give the worker past counts of BRAND, before its first post is ingested.\n\n"
        "FILE: CSV with the header timestamp,value, one row each regular step, oldest first; "
        "or what X's counts endpoint answered, as JSON. A row that is missing was not seen, "
        "which is not silence. With two days of it a rare volume is noticed from the first "
        "minute. It has to be sent before ingest begins for the brand; later it is refused, "
        "and lies in the dead letters."
    ): (
        "Donner au traitement les comptes passés de BRAND, avant que son premier message "
        "n'arrive.\n\n"
        "FILE : CSV d'en-tête timestamp,value, une ligne par pas régulier, la plus ancienne "
        "d'abord ; ou ce qu'a répondu le décompte de X, en JSON. Une ligne absente n'a pas "
        "été vue, ce qui n'est pas un silence. Avec deux jours de passé, un volume rare se "
        "remarque dès la première minute. À envoyer avant le début de l'écoute de la marque ;"
        " plus tard, c'est refusé et cela reste aux lettres mortes."
    ),
    "What a count stands for: X's counts hold no reposts, the stream does.": (
        "Ce que vaut un compte : ceux de X n'ont pas les reprises, le flux les a."
    ),
    "Only say what would be sent.": "Dire seulement ce qui serait envoyé.",
    "Publish public posts that a Mastodon instance knows.": (
        "Publier ce qu'une instance Mastodon connaît."
    ),
    (
        "Publish what the Mastodon instance TOCSIN_MASTODON_URL says about the brands.\n\n"
        "Runs until SIGTERM or Ctrl-C. Needs MASTODON_ACCESS_TOKEN, or "
        "MASTODON_ACCESS_TOKEN_FILE: a token of an account there (scopes read:statuses, and "
        "read:notifications for --home)."
    ): (
        "Publier ce que l'instance Mastodon TOCSIN_MASTODON_URL dit des marques.\n\n"
        "Tourne jusqu'à SIGTERM ou Ctrl-C. Il faut MASTODON_ACCESS_TOKEN, ou "
        "MASTODON_ACCESS_TOKEN_FILE : le jeton d'un compte de l'instance (droits "
        "read:statuses, et read:notifications pour --home)."
    ),
    "A hashtag; may be given repeatedly.": "Un mot-dièse ; peut se répéter.",
    "All public posts; also where nothing is named.": (
        "Tous les messages publics ; de même quand rien n'est nommé."
    ),
    "Only what was written at the instance itself.": (
        "Seulement ce qui a été écrit sur l'instance même."
    ),
    "What the account follows, with boosts.": "Ce que suit le compte, partages compris.",
    "Ask X which posts must be kept no longer, and have them forgotten.": (
        "Demander à X quels messages ne plus garder, et les oublier."
    ),
    "Ask X which posts must be kept no longer, and forget them.": (
        "Demander à X quels messages ne plus garder, et les oublier."
    ),
    "Ask X about all posts that are kept, once.": (
        "Interroger X une fois sur tout ce qui est gardé."
    ),
    (
        "Ask X about all of its posts that are shown or labelled, and forget what is gone.\n\n"
        "One batch compliance job: the ids of posts in incidents, in labels and on the page go "
        "to X, and what it says was deleted, withheld, protected or suspended goes the way of "
        "tocsin forget. Run it once a day. A job that an earlier run did not wait for is waited "
        "for first. It needs X_BEARER_TOKEN."
    ): (
        "Interroger X sur tous ses messages montrés ou étiquetés, et oublier ceux qui ont "
        "disparu.\n\n"
        "Une seule tâche de conformité par lot : les identifiants des messages des incidents, "
        "des étiquettes et de la page vont à X ; ce qu'il dit supprimé, retiré, protégé ou "
        "suspendu suit le chemin de tocsin forget. À lancer une fois par jour. Une tâche qu'un "
        "passage précédent n'a pas attendue est d'abord attendue. Il faut X_BEARER_TOKEN."
    ),
    "How long to wait for X's answer.": "Combien de temps attendre la réponse de X.",
}
