"""What commands say at their end, of wrong calls and in tables, in French, by the English."""

from typing import Final

OUTCOMES: Final = {
    ", own": ", à vous",
    ", own instead of Tocsin's": ", à vous au lieu de celui de Tocsin",
    ", {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}": (
        ", du {first:%Y-%m-%d %H:%M} au {last:%Y-%m-%d %H:%M}"
    ),
    "--by has 1 to {most} characters": "--by prend de 1 à {most} caractères",
    "--from must be before --to": "--from doit être avant --to",
    "--hashtag takes one word, such as nestle": "--hashtag prend un seul mot, comme nestle",
    "--reader needs --jsonl": "--reader demande --jsonl",
    "--route goes with tocsin alert test": "--route va avec tocsin alert test",
    "--routes says where alerts go: leave --sink and --console out": (
        "--routes dit où vont les alertes : enlevez --sink et --console"
    ),
    "--sink slack needs SLACK_BOT_TOKEN": "--sink slack demande SLACK_BOT_TOKEN",
    (
        "--start lies {ahead_s:.0f} s in the future, and what is dated there is not "
        "counted: take --start now, or a time that is past"
    ): (
        "--start est {ahead_s:.0f} s dans l'avenir, et ce qui y est daté ne compte pas : "
        "prenez --start now, ou une heure passée"
    ),
    "--user-id {user_id!r} is no id: X gives accounts a number": (
        "--user-id {user_id!r} n'est pas un identifiant : X donne un nombre à chaque compte"
    ),
    "give 1 to {most} characters, not {n}": "donnez de 1 à {most} caractères, et non {n}",
    "{value!r} is no time such as 2h, 90m or 1d12h": (
        "{value!r} n'est pas une durée comme 2h, 90m ou 1d12h"
    ),
    "from 1m to {days}d, not {value}": "de 1m à {days}d, et non {value}",
    "{value!r} is not realtime, max or a factor such as 60": (
        "{value!r} n'est ni realtime, ni max, ni un facteur comme 60"
    ),
    "{value!r} is not a time such as 2010-03-17T09:00": (
        "{value!r} n'est pas une heure comme 2010-03-17T09:00"
    ),
    "{value!r} is not made of letters, digits, '.', '_' and '-'": (
        "{value!r} n'est pas fait de lettres, de chiffres, de '.', '_' et '-'"
    ),
    "{name!r} is kept for counts of the past; choose another": (
        "{name!r} est réservé aux comptes du passé ; choisissez-en un autre"
    ),
    "Done.": "C'est fait.",
    "Held against the labels: {version}": "Face aux étiquettes : {version}",
    "Job {job}: {n:,} to be forgotten.": "Tâche {job} : {n:,} à oublier.",
    "Kafka at {address}: {why}": "Kafka ({address}) : {why}",
    "Kafka can no longer be followed: {why}": "Impossible de suivre Kafka plus longtemps : {why}",
    "Kafka did not take all of it in time": "Kafka n'a pas tout pris à temps",
    "Kafka did not take it: {why}": "Kafka ne l'a pas pris : {why}",
    "Kafka did not take them: {why}": "Kafka ne les a pas pris : {why}",
    "MASTODON_ACCESS_TOKEN is not set": "MASTODON_ACCESS_TOKEN manque",
    "Sent {what} for {brand}.": "Envoyé pour {brand} : {what}.",
    "Stopped before the end.": "Arrêté avant la fin.",
    "TOCSIN_HTTP_SECRET is not set: without it anybody could send posts": (
        "TOCSIN_HTTP_SECRET manque : sans lui, n'importe qui pourrait envoyer des messages"
    ),
    "The judge answers on {topic}; what it refuses is on {refused}.": (
        "Le juge répond sur {topic} ; ce qu'il refuse est sur {refused}."
    ),
    "This is the present: from here on, posts come at their own time.": (
        "On a rejoint le présent : désormais, chaque message vient à son heure."
    ),
    "Would send {what} for {brand}.": "Serait envoyé pour {brand} : {what}.",
    "Written to {path}.": "Écrit dans {path}.",
    "X would take it; nothing was changed.": "X l'accepterait ; rien n'a été changé.",
    "X_BEARER_TOKEN is not set": "X_BEARER_TOKEN manque",
    "X_USER_TOKEN is not set": "X_USER_TOKEN manque",
    (
        "a topic that is wrong cannot be repaired in place. Set TOCSIN_PARTITIONS to what "
        "is there, or delete the topic (and what it holds) and run tocsin topics --apply "
        "again."
    ): (
        "un topic faux ne se répare pas sur place. Donnez à TOCSIN_PARTITIONS ce qui "
        "existe, ou supprimez le topic (et ce qu'il contient) et relancez tocsin topics "
        "--apply."
    ),
    "as good": "vaut autant",
    "brand {brand!r} of incident {incident} is not in {brands_file}; it has {known}": (
        "la marque {brand!r} de l'incident {incident} n'est pas dans {brands_file} ; on y "
        "trouve {known}"
    ),
    "delta": "écart",
    "feature": "trait",
    "from": "origine",
    "further is": "au-delà",
    "give --label, --attack or --no-attack": "donnez --label, --attack ou --no-attack",
    "give either --brand or --weights": "donnez --brand ou --weights, pas les deux",
    "give either TEXT or --file": "donnez TEXT ou --file, l'un des deux",
    "guessed: {line}": "deviné : {line}",
    "in force": "en vigueur",
    "incidents can no longer be followed: {why}": (
        "impossible de suivre les incidents plus longtemps : {why}"
    ),
    "is in hand": "quelqu'un s'en occupe",
    "labels": "étiquettes",
    "less is": "moins compte",
    "missing: {line}": "manque : {line}",
    "name a feed with --feed, or a file of feeds with --opml": (
        "nommez un flux avec --feed, ou un fichier de flux avec --opml"
    ),
    "name a post or an @account, or give --events": (
        "nommez un message ou un @compte, ou donnez --events"
    ),
    "no brand {brand!r} in {brands_file}": "pas de marque {brand!r} dans {brands_file}",
    "no brand {brand!r} in {brands_file}; there are {known}": (
        "pas de marque {brand!r} dans {brands_file} ; on y trouve {known}"
    ),
    "no episode {name!r}; see tocsin library list": (
        "pas d'épisode {name!r} ; voyez tocsin library list"
    ),
    "no example left: every source is skipped": (
        "plus aucun exemple : toutes les sources sont écartées"
    ),
    "no receiver {name}: known are {known}": "pas de destinataire {name} ; connus : {known}",
    "nothing can be learned: {why}": "rien ne peut être appris : {why}",
    "nothing was learned yet, neither for {brand} nor for all": (
        "rien n'est encore appris, ni pour {brand} ni pour toutes"
    ),
    (
        "nothing written: {n} golden texts of stance are taken for what they are not, at "
        "most {most} may be:\n{texts}"
    ): (
        "rien n'est écrit : {n} textes témoins de l'attaque sont pris pour ce qu'ils ne "
        "sont pas, {most} au plus sont permis :\n{texts}"
    ),
    "of attack": "d'attaque",
    "of others, {tag}": "à d'autres, {tag}",
    "only Tocsin's own scorer can be explained; TOCSIN_SCORER names another one": (
        "seul le modèle de Tocsin peut être expliqué ; TOCSIN_SCORER en nomme un autre"
    ),
    "phases": "phases",
    "refused: {line}": "refusé : {line}",
    "say where it goes: --dir, or TOCSIN_LIBRARY_DIR": (
        "dites où l'écrire : --dir, ou TOCSIN_LIBRARY_DIR"
    ),
    "say which brand with --brand: {known}": "dites quelle marque avec --brand : {known}",
    "scope": "portée",
    "scope {scope} has no version yet": "la portée {scope} n'a pas encore de version",
    "scope {scope} has no version {version}": "la portée {scope} n'a pas de version {version}",
    "seq": "n°",
    "should have rung": "aurait dû sonner",
    "silent until {until:%Y-%m-%d %H:%M} UTC, or severity rises by {more}": (
        "en silence jusqu'au {until:%Y-%m-%d %H:%M} UTC, ou jusqu'à ce que la gravité "
        "monte de {more}"
    ),
    "source": "source",
    "stance needs the reader's encoder, for vectors of words: {why}": (
        "l'attaque demande l'encodeur du lecteur, pour les vecteurs de mots : {why}"
    ),
    "status": "état",
    "text {number} has {n} characters, at most {most} are learned": (
        "le texte {number} a {n} caractères, {most} au plus s'apprennent"
    ),
    "the brands make {count} rules, X takes {cap}": (
        "les marques font {count} règles, X en prend {cap}"
    ),
    "the history has faults:\n{why}": "l'historique a des fautes :\n{why}",
    "the page cannot be served on {host}:{port}: {why}": (
        "impossible de servir la page sur {host}:{port} : {why}"
    ),
    "the scorer {version} ({setting}) does not learn; it lacks {missing}": (
        "le modèle {version} ({setting}) n'apprend pas ; il lui manque {missing}"
    ),
    "title": "titre",
    "tocsin alert test needs --routes and --route": (
        "tocsin alert test demande --routes et --route"
    ),
    (
        "tocsin train learns weights of Tocsin's own scorer alone, and "
        "TOCSIN_SCORER={scorer!r} names another one: unset it, or train that one by its "
        "own means"
    ): (
        "tocsin train n'apprend que les poids du modèle de Tocsin, et "
        "TOCSIN_SCORER={scorer!r} en nomme un autre : enlevez-le, ou entraînez l'autre par "
        "ses propres moyens"
    ),
    "too short to speak from": "trop court pour en juger",
    "topic": "topic",
    "topics are missing: tocsin topics --apply creates them.": (
        "il manque des topics : tocsin topics --apply les crée."
    ),
    "version": "version",
    "warm": "d'origine",
    "was a false alarm": "c'était une fausse alerte",
    "what comes through a pipe cannot be gone on with: no --resume": (
        "ce qui vient par un tube ne se reprend pas : sans --resume"
    ),
    "what it holds": "ce qu'il contient",
    "with version {version} of {scope}": "avec la version {version} de {scope}",
    "without a tag": "sans étiquette",
    "written to {file}, {size} bytes": "écrit dans {file}, {size} octets",
    (
        "{add} to add, {retag} to tag anew, {delete} to delete, {kept} right, {others} of "
        "others. Then {after} of {cap} rules stand at X."
    ): (
        "{add} à ajouter, {retag} à réétiqueter, {delete} à supprimer, {kept} justes, "
        "{others} à d'autres. X aura alors {after} règles sur {cap}."
    ),
    "{bad:,} lines could not be read": "lignes illisibles : {bad:,}",
    "{bad} bad rows, each scored 0": "lignes fautives : {bad}, notées 0",
    (
        "{events:,} events of Bluesky, {n:,} posts, {published:,} mentions published, "
        "{unknown:,} reposts of posts that are not known, {bad:,} events that could not be "
        "read"
    ): (
        "événements de Bluesky : {events:,}, messages : {n:,}, mentions publiées : "
        "{published:,}, partages de messages inconnus : {unknown:,}, événements illisibles "
        ": {bad:,}"
    ),
    "{feed!r} is no address such as https://example.org/": (
        "{feed!r} n'est pas une adresse comme https://example.org/"
    ),
    "{figures}, {gone:,} to be forgotten.": "{figures}, à oublier : {gone:,}.",
    "{figures}; {copies:,} requests came again.": "{figures} ; requêtes revenues : {copies:,}.",
    "{files:,} files read, {copies:,} that were read before.": (
        "Fichiers lus : {files:,}, déjà lus auparavant : {copies:,}."
    ),
    "{file} ends {ends}, which is still to come": (
        "{file} finit le {ends}, qui est encore à venir"
    ),
    "{file} is whole: written by Tocsin {version} at {at:%F %T} UTC": (
        "{file} est entier : écrit par Tocsin {version} le {at:%F %T} UTC"
    ),
    (
        "{incident!r} is no incident; its id stands at the foot of the alert and looks "
        "like acme-20100317T091000Z"
    ): (
        "{incident!r} n'est pas un incident ; son identifiant est au pied de l'alerte et "
        "ressemble à acme-20100317T091000Z"
    ),
    "{incident}: {what}, says {by} (feedback {id}).": (
        "{incident} : {what}, dit {by} (réponse {id})."
    ),
    (
        "{lines:,} lines from X, {published:,} mentions published, {bad:,} lines that were "
        "no posts; {money}"
    ): (
        "Lignes de X : {lines:,}, mentions publiées : {published:,}, lignes sans message : "
        "{bad:,} ; {money}"
    ),
    (
        "{n:,} entries, {published:,} mentions published, {old:,} entries too old to be "
        "news, {bad:,} that could not be read"
    ): (
        "Articles : {n:,}, mentions publiées : {published:,}, articles trop vieux pour "
        "être nouveaux : {old:,}, illisibles : {bad:,}"
    ),
    "{n:,} mentions written to {out}": "Mentions écrites dans {out} : {n:,}",
    (
        "{n:,} mentions{span}: {published:,} published, {unmatched:,} about no brand, "
        "{ahead:,} dated in the future, {bad:,} bad lines; {speed:,.0f} a second"
    ): (
        "Mentions : {n:,}{span} ; publiées : {published:,}, sans marque : {unmatched:,}, "
        "datées de l'avenir : {ahead:,}, lignes fautives : {bad:,} ; {speed:,.0f} par "
        "seconde"
    ),
    "{n:,} posts mention the account, {published:,} mentions published; {money}": (
        "Messages qui mentionnent le compte : {n:,}, mentions publiées : {published:,} ; {money}"
    ),
    "{n:,} posts of X are kept.": "Messages de X conservés : {n:,}.",
    (
        "{n:,} posts, {published:,} mentions published, {unmatched:,} about no brand, "
        "{late}{ahead:,} dated in the future, {bad:,} that could not be read"
    ): (
        "Messages : {n:,}, mentions publiées : {published:,}, sans marque : {unmatched:,}, "
        "{late}datés de l'avenir : {ahead:,}, illisibles : {bad:,}"
    ),
    "{n:,} records cannot be read.": "Enregistrements illisibles : {n:,}.",
    "{n:,} rows of {step_s} s, {first:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}Z{aside}": (
        "{n:,} lignes de {step_s} s, du {first:%Y-%m-%d %H:%M} au {ends:%Y-%m-%d %H:%M}Z{aside}"
    ),
    "{n:,} to be forgotten, says {by}.": "À oublier : {n:,}, dit {by}.",
    "{name!r} is not made of lower-case letters, digits and '-'": (
        "{name!r} n'est pas fait de minuscules, de chiffres et de '-'"
    ),
    "{name}:1: expected the header timestamp,value, got {found!r}": (
        "{name}:1: il faut l'en-tête timestamp,value, et non {found!r}"
    ),
    "{n} episodes, digest {digest}": "{n} épisodes, empreinte {digest}",
    "{n} labels sent": "étiquettes envoyées : {n}",
    "{n} of {most} characters": "{n} caractères sur {most}",
    "{n} texts; from 1 to {most} can be labelled at a time": (
        "textes : {n} ; de 1 à {most} peuvent être qualifiés à la fois"
    ),
    "{n} that were cut short left out": "{n} tronquées, laissées de côté",
    "{old:,} more than an hour old, ": "vieux de plus d'une heure : {old:,}, ",
    "{path} is there already; --replace overwrites it": (
        "{path} existe déjà ; --replace le remplace"
    ),
    "{scope}: version {version} is in force, {withdrawn} no longer": (
        "{scope} : la version {version} est en vigueur, {withdrawn} ne l'est plus"
    ),
    "{subject!r} is neither the id of a post nor an @account": (
        "{subject!r} n'est ni l'identifiant d'un message ni un @compte"
    ),
    "{topic}: {n} records": "{topic} : {n} enregistrements",
}
