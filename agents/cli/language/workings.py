"""Faults of what Tocsin works with (Kafka, state, backups, histories, models), in French."""

from typing import Final

ROUTES: Final = {
    "brand {names}": "marque {names}",
    "level {level}": "niveau {level}",
    "severity from {severity}": "gravité dès {severity}",
    "severity to {severity}": "gravité jusqu'à {severity}",
    "pattern {names}": "épisode {names}",
    "language {names}": "langue {names}",
    "source {names}": "source {names}",
    "within {names}": "pendant {names}",
    "outside {names}": "hors de {names}",
    "whatever no other takes": "tout ce qu'aucune autre ne prend",
    "route '{name}' on line {line}": "route '{name}' de la ligne {line}",
    "route on line {line}": "route de la ligne {line}",
}

KAFKA: Final = {
    "Apache Kafka needs Java 17 or newer, and java is not on the PATH": (
        "Apache Kafka demande Java 17 ou plus récent, et java n'est pas dans le PATH"
    ),
    "Kafka at {bootstrap} does not answer: {why}": "Kafka ({bootstrap}) ne répond pas : {why}",
    (
        "Kafka at {bootstrap} took nothing for {topic}: is the topic there (tocsin "
        "topics)? It may still arrive; saying it again does no harm."
    ): (
        "Kafka ({bootstrap}) n'a rien pris pour {topic} : le topic existe-t-il (tocsin "
        "topics) ? Cela peut encore arriver ; le redire ne fait pas de mal."
    ),
    "Kafka at {bootstrap}: {why}": "Kafka ({bootstrap}) : {why}",
    "Kafka cannot be worked with: {why}": "impossible de travailler avec Kafka : {why}",
    "Kafka could not format {data}:\n{stdout}{stderr}": (
        "Kafka n'a pas pu formater {data} :\n{stdout}{stderr}"
    ),
    "Kafka did not change {whose_clock}: {why}": "Kafka n'a pas changé {whose_clock} : {why}",
    "Kafka did not create the topics: {why}": "Kafka n'a pas créé les topics : {why}",
    "Kafka did not describe its topics: {why}": "Kafka n'a pas décrit ses topics : {why}",
    "Kafka did not take it: {name}: {why}. Is there a topic {what} (tocsin topics --apply)?": (
        "Kafka ne l'a pas pris : {name} : {why}. Y a-t-il un topic {what} (tocsin topics --apply) ?"
    ),
    "Kafka refused it: {why}": "Kafka l'a refusé : {why}",
    "Kafka refused to change {whose_clock}:\n{faults}": (
        "Kafka a refusé de changer {whose_clock} :\n{faults}"
    ),
    "Kafka refused to create:\n{faults}": "Kafka a refusé de créer :\n{faults}",
    (
        "Kafka took {sent:,} rows, then: {name}: {why}. Is there a topic {topic} (tocsin "
        "topics)? Run it again: what is there already does no harm."
    ): (
        "Kafka a pris {sent:,} lignes, puis : {name} : {why}. Y a-t-il un topic {topic} "
        "(tocsin topics) ? Relancez : ce qui y est déjà ne fait pas de mal."
    ),
    "Kafka {why} on port {port}; the end of {log}:\n{end}": (
        "Kafka {why}, port {port} ; la fin de {log} :\n{end}"
    ),
    (
        "Maven (mvn) is needed once to fetch Apache Kafka {version} into {target}, and is "
        "not on the PATH: install it, or copy the jars of a Kafka distribution there"
    ): (
        "il faut Maven (mvn) une fois, pour chercher Apache Kafka {version} dans {target}, "
        "et il n'est pas dans le PATH : installez-le, ou copiez-y les jars d'une "
        "distribution de Kafka"
    ),
    "Maven could not fetch Apache Kafka:\n{what}": (
        "Maven n'a pas pu chercher Apache Kafka :\n{what}"
    ),
    "TLS failed ({reason})": "TLS a échoué ({reason})",
    "TOCSIN_KAFKA_BOOTSTRAP: {address!r} is no address like host:9092": (
        "TOCSIN_KAFKA_BOOTSTRAP : {address!r} n'est pas une adresse comme machine:9092"
    ),
    "a broker is already running in {directory}: {bootstrap}": (
        "un broker tourne déjà dans {directory} : {bootstrap}"
    ),
    "broker {pid} did not end within {timeout_s:.0f} s": (
        "le broker {pid} ne s'est pas arrêté en {timeout_s:.0f} s"
    ),
    "it does not let {user} in by {mechanism} ({what}): are name and password right?": (
        "il ne laisse pas entrer {user} par {mechanism} ({what}) : nom et mot de passe "
        "sont-ils justes ?"
    ),
    (
        "it does not take {mechanism}, only {names}: set TOCSIN_KAFKA_SASL_MECHANISM to "
        "what it takes"
    ): (
        "il ne prend pas {mechanism}, seulement {names} : donnez à "
        "TOCSIN_KAFKA_SASL_MECHANISM ce qu'il prend"
    ),
    (
        "it hung up instead of speaking TLS: is this the port of a listener for TLS "
        "(TOCSIN_KAFKA_SECURITY_PROTOCOL)?"
    ): (
        "il a raccroché au lieu de parler TLS : est-ce le port d'un listener TLS "
        "(TOCSIN_KAFKA_SECURITY_PROTOCOL) ?"
    ),
    (
        "it hung up without an answer: does it want TLS or a login "
        "(TOCSIN_KAFKA_SECURITY_PROTOCOL)?"
    ): (
        "il a raccroché sans répondre : veut-il TLS ou un mot de passe "
        "(TOCSIN_KAFKA_SECURITY_PROTOCOL) ?"
    ),
    (
        "it refuses our certificate ({reason}): TOCSIN_KAFKA_CERTIFICATE_FILE must be "
        "there, valid, and signed by a CA that the broker trusts"
    ): (
        "il refuse notre certificat ({reason}) : TOCSIN_KAFKA_CERTIFICATE_FILE doit "
        "exister, être valable, et signé par une autorité à laquelle le broker se fie"
    ),
    "it speaks TLS: set TOCSIN_KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL": (
        "il parle TLS : donnez SSL ou SASL_SSL à TOCSIN_KAFKA_SECURITY_PROTOCOL"
    ),
    "it takes no login here ({name}): is this the port of a listener for SASL?": (
        "il ne prend pas de mot de passe ici ({name}) : est-ce le port d'un listener SASL ?"
    ),
    "its certificate has expired: the broker needs a new one": (
        "son certificat a expiré : il en faut un nouveau au broker"
    ),
    (
        "its certificate is for another name ({why}): write the broker's name as it stands "
        "in the certificate"
    ): (
        "son certificat est à un autre nom ({why}) : écrivez le nom du broker comme il est "
        "dans le certificat"
    ),
    "its certificate is not valid yet: are the clocks right?": (
        "son certificat n'est pas encore valable : les horloges sont-elles à l'heure ?"
    ),
    (
        "its certificate is signed by nobody whom we trust ({why}): is "
        "TOCSIN_KAFKA_CA_FILE the CA that signed it?"
    ): (
        "son certificat n'est signé par personne à qui nous nous fions ({why}) : "
        "TOCSIN_KAFKA_CA_FILE est-il l'autorité qui l'a signé ?"
    ),
    (
        "no Kafka within {wait_s:g} s ({why}): is it running, and is "
        "TOCSIN_KAFKA_BOOTSTRAP its address?"
    ): (
        "pas de Kafka en {wait_s:g} s ({why}) : tourne-t-il, et TOCSIN_KAFKA_BOOTSTRAP "
        "est-elle son adresse ?"
    ),
    "no broker has been started in {directory} yet": (
        "aucun broker n'a encore été lancé dans {directory}"
    ),
    "no broker leads all of topic {name}": "aucun broker ne mène tout le topic {name}",
    "no login can be made: {name}: {why}": "impossible de se présenter : {name} : {why}",
    "port {port} of 127.0.0.1 cannot be used ({why}): choose another one": (
        "le port {port} de 127.0.0.1 ne peut servir ({why}) : choisissez-en un autre"
    ),
    "the factory returned a {name}, which cannot be called": (
        "la fabrique a rendu un objet {name}, qui ne s'appelle pas"
    ),
    "the {name} were not read within {wait_s:.0f} s": (
        "lecture inachevée au bout de {wait_s:.0f} s : {name}"
    ),
    "there is no topic {topic}: make it with tocsin topics": (
        "il n'y a pas de topic {topic} : créez-le avec tocsin topics"
    ),
    "there is no topic {topic}: make it with tocsin topics --apply": (
        "il n'y a pas de topic {topic} : créez-le avec tocsin topics --apply"
    ),
    (
        "topic {topic} has {found} partitions, the setting says {partitions}: set "
        "TOCSIN_PARTITIONS={found} for every process"
    ): (
        "le topic {topic} a {found} partitions, le réglage dit {partitions} : donnez "
        "TOCSIN_PARTITIONS={found} à chaque processus"
    ),
    "what answers is no Kafka": "ce qui répond n'est pas un Kafka",
    "what answers is no Kafka ({name})": "ce qui répond n'est pas un Kafka ({name})",
    "what answers on {bootstrap} is no Kafka for us: {why}": (
        "ce qui répond sur {bootstrap} n'est pas un Kafka pour nous : {why}"
    ),
    "what it answers to {mechanism} is wrong ({why}): it does not know the password either": (
        "ce qu'il répond à {mechanism} est faux ({why}) : il ne connaît pas non plus le "
        "mot de passe"
    ),
    "{address}: no answer within {left_s:.1f} s": "{address} : pas de réponse en {left_s:.1f} s",
    "{topics}: nothing came for {patience_s:.0f} s before its end": (
        "{topics} : rien n'est venu pendant {patience_s:.0f} s avant la fin"
    ),
    "{user} lacks ACLs: {names}": "il manque des ACL à {user} : {names}",
}

STATE: Final = {
    "; with ": " ; avec ",
    (
        "go back to what wrote it, or let the worker begin anew: docs/guide/operating.md "
        "says how, under State"
    ): (
        "revenez à la version qui l'a écrit, ou faites repartir le traitement à neuf : "
        "docs/guide/operating.md dit comment, sous « State »"
    ),
    "state of format {found}": "un état de format {found}",
    "buckets of {found} s (TOCSIN_BUCKET_S)": "des tranches de {found} s (TOCSIN_BUCKET_S)",
    "records of layout {found}": "des enregistrements de forme {found}",
    "tokenizer {found} of the sentiment model": "le découpage {found} du modèle de tonalité",
    "{what} bears a header that can't be read ({why}): {begin_anew}": (
        "{what} porte un en-tête illisible ({why}) : {begin_anew}"
    ),
    "{what} bears no header, so it was written before Tocsin had any: {begin_anew}": (
        "{what} ne porte pas d'en-tête, et vient donc d'avant que Tocsin en ait : {begin_anew}"
    ),
    "{what} was written with {names}: {begin_anew}": (
        "{what} a été écrit avec {names} : {begin_anew}"
    ),
    "{what}, this worker has {ours}": "{what}, ce traitement-ci a {ours}",
}

FILES: Final = {
    "metrics cannot be served on {host}:{port}: {why}": (
        "impossible de servir les mesures sur {host}:{port} : {why}"
    ),
    "cannot listen on {host}:{port}: {why}": "impossible d'écouter sur {host}:{port} : {why}",
    "Apprise is not installed: {install}": "Apprise n'est pas installé : {install}",
    "Apprise knows no channel of this address": "Apprise ne connaît aucun canal à cette adresse",
    "SLACK_APP_TOKEN: {why}": "SLACK_APP_TOKEN : {why}",
    "TOCSIN_PAGE_STORE: {why}": "TOCSIN_PAGE_STORE : {why}",
    "TOCSIN_PLAYBOOK_DIR: {why}": "TOCSIN_PLAYBOOK_DIR : {why}",
    "TOCSIN_TRACES={traces} needs OpenTelemetry: pip install 'tocsin[{extra}]' ({why})": (
        "TOCSIN_TRACES={traces} demande OpenTelemetry : pip install 'tocsin[{extra}]' ({why})"
    ),
    "install tocsin[pictures]": "installez tocsin[pictures]",
    "this Pillow was built without FreeType": "ce Pillow a été construit sans FreeType",
    "Nothing is read carefully: {why}": "Rien n'est lu avec soin : {why}",
    "TOCSIN_READER_SHARE={share} leaves nothing to read for {n} brands": (
        "TOCSIN_READER_SHARE={share} ne laisse rien à lire pour {n} marques"
    ),
    "careful reading needs the optional extra: {install} ({why})": (
        "la lecture attentive demande l'option : {install} ({why})"
    ),
    "the store {shown} cannot be opened: {what}": "impossible d'ouvrir la base {shown} : {what}",
    "this is no store: {what}. Use sqlite:///FILE or postgresql://USER@HOST/NAME": (
        "ce n'est pas une base : {what}. Prenez sqlite:///FILE ou postgresql://USER@HOST/NAME"
    ),
    "{name} is no store: use SQLite or PostgreSQL": (
        "{name} ne peut servir de base : prenez SQLite ou PostgreSQL"
    ),
    "{directory} is no directory": "{directory} n'est pas un dossier",
    "{path}: longer than {most} characters": "{path} : plus de {most} caractères",
    (
        "{directory}: another process publishes this source; stop it, or give this one another name"
    ): (
        "{directory} : un autre processus publie cette source ; arrêtez-le, ou donnez un "
        "autre nom à celle-ci"
    ),
    "a speed is above 0, not {text}": "une vitesse est supérieure à 0, et non {text}",
    "is no count of posts; delete it": "n'est pas un nombre de messages ; supprimez-le",
    "{why}; delete it": "{why} ; supprimez-le",
    "it belongs to other or changed input ({names}); start without --resume": (
        "il vient d'une autre entrée, ou d'une entrée changée ({names}) ; partez sans --resume"
    ),
    "it declares entities, which OPML has no use for": (
        "il déclare des entités, dont OPML n'a que faire"
    ),
    "it is no OPML: {why}": "ce n'est pas de l'OPML : {why}",
    "X does not take these rules:\n{faults}": "X ne prend pas ces règles :\n{faults}",
    "X names an address for the ids that is not private": (
        "l'adresse que X donne pour les identifiants n'est pas protégée"
    ),
    "X says: {short} {detail}": "X dit : {short} {detail}",
    "X still works on job {id} ({status}) after {wait_s:.0f} s; the next run waits for it": (
        "X travaille encore à la tâche {id} ({status}) après {wait_s:.0f} s ; la prochaine "
        "fois l'attendra"
    ),
    "an answer of X that makes no sense: {why}": "une réponse de X qui n'a pas de sens : {why}",
    "job {id} has {status}: run it again": "la tâche {id} a fini en {status} : relancez",
    "{method} where X wants it: http {status_code}": (
        "{method} là où X le demande : http {status_code}"
    ),
    "{method} where X wants it: {name}": "{method} là où X le demande : {name}",
    "the brands make {what} rules, X takes {cap}, and {others} rules of others stand there": (
        "les marques font {what} règles, X en prend {cap}, et {others} règles d'autres y sont"
    ),
    (
        "Kafka did not take all of it: {why}. Once that is mended, restore again with "
        "--onto-existing: whoever reads these topics knows a record that comes twice"
    ): (
        "Kafka n'a pas tout pris : {why}. Une fois cela réparé, recommencez avec "
        "--onto-existing : qui lit ces topics reconnaît ce qui vient deux fois"
    ),
    (
        "{names}: there are records already. Restore into empty topics (of another "
        "TOCSIN_TOPIC_PREFIX, for example), or say --onto-existing"
    ): (
        "{names} : il y a déjà des enregistrements. Restaurez dans des topics vides (d'un "
        "autre TOCSIN_TOPIC_PREFIX, par exemple), ou dites --onto-existing"
    ),
    "{path} exists already: give another name": "{path} existe déjà : donnez un autre nom",
    "{path} has no end: it was cut off; take another copy": (
        "{path} n'a pas de fin : il a été tronqué ; prenez une autre copie"
    ),
    "{path} is damaged, or no backup: {why}; take another copy": (
        "{path} est abîmé, ou n'est pas une sauvegarde : {why} ; prenez une autre copie"
    ),
    "{path} is no backup of Tocsin's: {why}": "{path} n'est pas une sauvegarde de Tocsin : {why}",
    "{path} is not as it was written: its checksum differs; take another": (
        "{path} n'est pas tel qu'il fut écrit : sa somme de contrôle diffère ; prenez-en un autre"
    ),
    (
        "{path} was written by Tocsin {tocsin} in layout {layout}; this version reads up "
        "to {layout2}: restore it with that version"
    ): (
        "{path} a été écrit par Tocsin {tocsin} dans la forme {layout} ; cette version lit "
        "jusqu'à {layout2} : restaurez avec l'autre"
    ),
    "{path}, line {number}: {topic} is not among its topics": (
        "{path}, ligne {number} : {topic} n'est pas de ses topics"
    ),
    "{path}, line {number}: {why}; take another copy": (
        "{path}, ligne {number} : {why} ; prenez une autre copie"
    ),
}

LEDGER: Final = {
    "line": "ligne",
    "lines": "lignes",
    "mention": "mention",
    "mentions": "mentions",
    "duplicate": "doublon",
    "duplicates": "doublons",
    "no post": "sans message",
    "not posts": "sans message",
    (
        "{lines}: {mentions}, {duplicates}, {own:,} own, {unreadable:,} could not be read, "
        "{unmatched:,} named no brand, {others}"
    ): (
        "{lines} : {mentions}, {duplicates}, {own:,} de vous, {unreadable:,} illisibles, "
        "{unmatched:,} sans marque, {others}"
    ),
    "{said}; {missed:,} posts were missed, as the recording itself says": (
        "{said} ; {missed:,} messages manqués, comme le dit l'enregistrement lui-même"
    ),
}

GUESSES: Final = {
    "created_at from {columns}, written as {form}": (
        "created_at vient de {columns}, écrit en {form}"
    ),
    "no column seems to be an id": "aucune colonne ne semble être un identifiant",
    "no column seems to be an id: rows with the same {column!r} are one post": (
        "aucune colonne ne semble être un identifiant : les lignes de même {column!r} sont "
        "un seul message"
    ),
    "no column seems to hold an id: write id: COLUMN": (
        "aucune colonne ne semble tenir un identifiant : écrivez id: COLONNE"
    ),
    "no column seems to hold the author: write author: {{handle: COLUMN}}": (
        "aucune colonne ne semble tenir l'auteur : écrivez author: {{handle: COLONNE}}"
    ),
    "no column seems to hold the text: write text: COLUMN": (
        "aucune colonne ne semble tenir le texte : écrivez text: COLONNE"
    ),
    "no column seems to hold the time: write created_at: COLUMN": (
        "aucune colonne ne semble tenir l'heure : écrivez created_at: COLONNE"
    ),
    "no form that is known": "d'aucune forme connue",
    'repost where the text begins with "RT @"': (
        'partage (repost) si le texte commence par "RT @"'
    ),
    "the file is no UTF-8 and is taken for {encoding}: check encoding": (
        "le fichier n'est pas en UTF-8, il est pris pour du {encoding} : vérifiez encoding"
    ),
    "times carry no offset and are taken for UTC: check timezone": (
        "les heures n'ont pas de décalage et sont prises pour UTC : vérifiez timezone"
    ),
    (
        "times such as {example!r} in {column!r} are {told}: write created_at: {{column: "
        '{column}, format: "%d/%m/%Y %H:%M"}} or as it is'
    ): (
        "les heures comme {example!r} de {column!r} sont {told} : écrivez created_at: "
        '{{column: {column}, format: "%d/%m/%Y %H:%M"}} ou selon le cas'
    ),
    "{column!r} lost its digits in a spreadsheet": (
        "{column!r} a perdu ses chiffres dans un tableur"
    ),
    "{why}: rows that agree in {parts} are one post": (
        "{why} : les lignes qui s'accordent sur {parts} sont un seul message"
    ),
    "{field} from {column!r}": "{field} vient de {column!r}",
    "{kind} where {column!r} is filled and not no, 0 or nan": (
        "{kind} si {column!r} est rempli et n'est ni no, ni 0, ni nan"
    ),
    "{kind} where {column!r} says {words}": "{kind} si {column!r} dit {words}",
}

PAST: Final = {
    "and perhaps more": "et peut-être d'autres",
    "at least two rows are needed to tell how long a row is": (
        "il faut au moins deux lignes pour savoir combien dure une ligne"
    ),
    "expected timestamp,value, got {n} fields": "il faut timestamp,value, et non {n} champs",
    "more than {most_rows:,} rows: give longer rows, or fewer days": (
        "plus de {most_rows:,} lignes : donnez des lignes plus longues, ou moins de jours"
    ),
    (
        "rows are {step_s} s long: it must be a multiple of a bucket of {width_s} s and a "
        "day at most"
    ): (
        "une ligne dure {step_s} s : il faut un multiple d'une tranche de {width_s} s, et "
        "un jour au plus"
    ),
    "timestamp {written!r} is neither ISO 8601 nor seconds since the epoch": (
        "timestamp {written!r} n'est ni en ISO 8601 ni en secondes depuis 1970"
    ),
    "value {value!r} is no number": "value {value!r} n'est pas un nombre",
    "{path}: more than {largest_bytes:,} bytes are no table of counts": (
        "{path} : plus de {largest_bytes:,} octets ne font pas un tableau de comptes"
    ),
    "{path}: no answer of X's counts endpoint: {why}": (
        "{path} : pas une réponse du point de comptage de X : {why}"
    ),
    "{place}: no answer of X's counts endpoint: {why}": (
        "{place} : pas une réponse du point de comptage de X : {why}"
    ),
    "{path}:1: expected the header timestamp,value, got {names!r}": (
        "{path}:1: il faut l'en-tête timestamp,value, et non {names!r}"
    ),
    "{what} came after the brand was listened to; it can only be told beforehand": (
        "{what} est venu après le début de l'écoute de la marque ; cela ne peut se dire qu'avant"
    ),
    "{what} is {width_s} s long: a day at most": "{what} dure {width_s} s : un jour au plus",
}

LIBRARY: Final = {
    "a name is used twice: {names}: rename one": (
        "un nom sert deux fois : {names} : renommez-en un"
    ),
    "the library needs a crisis and a harmless episode: add one": (
        "il faut à la bibliothèque une crise et un épisode sans gravité : ajoutez-en un"
    ),
    "{directory}: no such directory; TOCSIN_LIBRARY_DIR names one": (
        "{directory} : pas de dossier de ce nom ; TOCSIN_LIBRARY_DIR en nomme un"
    ),
    "{directory}: {n} episodes, at most {most}: take some out": (
        "{directory} : {n} épisodes, {most} au plus : enlevez-en"
    ),
    "{path}: no such feature: {names}; known are {known}": (
        "{path} : pas de trait de ce nom : {names} ; connus : {known}"
    ),
    "{path}: or_more and or_less both name {names}: keep one": (
        "{path} : or_more et or_less nomment tous deux {names} : gardez-en un"
    ),
    "{path}: the name {name!r} is that of {other}, too: rename one": (
        "{path} : le nom {name!r} est aussi celui de {other} : renommez-en un"
    ),
    (
        "{hours:.0f} hours of ordinary talk before the stretch: {what:.0f} are needed, "
        "with {known_mentions:.0f} mentions, to say what was usual: give a recording that "
        "begins earlier"
    ): (
        "{hours:.0f} heures de conversation ordinaire avant le passage : il en faut "
        "{what:.0f}, avec {known_mentions:.0f} mentions, pour dire ce qui était habituel : "
        "donnez un enregistrement qui commence plus tôt"
    ),
    (
        "{n} looks hold enough mentions beyond the usual, {least_looks} are needed, one "
        "each {look_s} s: choose a longer or a louder stretch"
    ): (
        "{n} regards ont assez de mentions au-delà de l'habituel, il en faut "
        "{least_looks}, un toutes les {look_s} s : choisissez un passage plus long ou plus "
        "bruyant"
    ),
    "scenario {name!r} has no texts in {names}": (
        "le scénario {name!r} n'a pas de textes en {names}"
    ),
    "{what!r} has no texts in {names}; it has some in {names2}": (
        "{what!r} n'a pas de textes en {names} ; il en a en {names2}"
    ),
}

MODELS: Final = {
    "a weights file of {n:,} bytes exceeds {max_bytes:,}": (
        "un fichier de poids de {n:,} octets dépasse {max_bytes:,}"
    ),
    "module {path} has no {called!r}": "le module {path} n'a pas de {called!r}",
    "no module {missing!r} to import {path!r} from": (
        "pas de module {missing!r} d'où importer {path!r}"
    ),
    "not a weights file: {why}": "pas un fichier de poids : {why}",
    "the weights do not match their digest: fetch or train them again": (
        "les poids ne correspondent pas à leur empreinte : cherchez-les ou entraînez-les de nouveau"
    ),
    "the weights take {n:,} bytes, more than {max_bytes:,}": (
        "les poids prennent {n:,} octets, plus que {max_bytes:,}"
    ),
    "this scope has no versions": "cette portée n'a pas de version",
    "this scope was rolled back {most_disowned} times: roll back to {shipped}": (
        "cette portée a été ramenée {most_disowned} fois en arrière : revenez à {shipped}"
    ),
    "weights for tokenizer {tokenizer}, but this is {tokenizer2}: train again": (
        "des poids pour le découpage {tokenizer}, et c'est ici {tokenizer2} : entraînez de nouveau"
    ),
    "what {name} makes is no scorer: {fault}": "ce que fait {name} n'est pas un modèle : {fault}",
    "{name!r} is neither {shipped_scorer} nor package.module:factory": (
        "{name!r} n'est ni {shipped_scorer} ni package.module:factory"
    ),
    "{name} fails: {why}": "{name} échoue : {why}",
    "{name} is no factory: it can't be called": (
        "{name} n'est pas une fabrique : elle ne s'appelle pas"
    ),
    "{path} fails when it is imported: {why}": "{path} échoue à l'import : {why}",
    "{path} needs a module that is not there: {missing}": (
        "{path} demande un module absent : {missing}"
    ),
    "{to!r} names {n} versions; there are {known}": "{to!r} nomme {n} versions ; il y a {known}",
    "{data}: no *_text.txt, *.tsv or tweets_GroundTruth.txt below it": (
        "{data} : ni *_text.txt, ni *.tsv, ni tweets_GroundTruth.txt au-dessous"
    ),
    "{name}: not UTF-8 at byte {start}": "{name} : pas en UTF-8 à l'octet {start}",
    "{path}: no *_labels.txt beside this *{texts}": (
        "{path} : pas de *_labels.txt à côté de ce *{texts}"
    ),
    "{place}: label {mark!r} is not 0, 1 or 2, nor {names}": (
        "{place} : l'étiquette {mark!r} n'est ni 0, ni 1, ni 2, ni {names}"
    ),
    "{place}: the row ends before text and label": (
        "{place} : la ligne finit avant le texte et l'étiquette"
    ),
    "{source}: {layout} needs two files: texts, and labels beside them": (
        "{source} : {layout} demande deux fichiers : les textes, et les étiquettes à côté"
    ),
    "{source}: {n} texts but {n2} labels": "{source} : {n} textes mais {n2} étiquettes",
    "{source}:1: no column {names}; there are {there}": (
        "{source}:1: pas de colonne {names} ; il y a {there}"
    ),
    "{source}:{number}: no mean rating in field 2": (
        "{source}:{number}: pas de note moyenne dans le champ 2"
    ),
    "{source}:{number}: no tab between label and text": (
        "{source}:{number}: pas de tabulation entre étiquette et texte"
    ),
    "{source}:{number}: not id, label and text with tabs between": (
        "{source}:{number}: ce n'est pas identifiant, étiquette et texte séparés par des "
        "tabulations"
    ),
}

MEASURED: Final = {
    "two worlds have folders of the same name, and would be told as one": (
        "deux mondes ont des dossiers de même nom, et passeraient pour un seul"
    ),
    "window {what} of {name} holds no row of the file": (
        "la fenêtre {what} de {name} ne contient aucune ligne du fichier"
    ),
    "{directory}: no twitter_activity_*.csv there": "{directory} : pas de twitter_activity_*.csv",
    "{directory}: no {windows_file} that could be read: {why}": (
        "{directory} : pas de {windows_file} lisible : {why}"
    ),
    "{folder}: no brand or no recording of episode {name}": (
        "{folder} : pas de marque ou pas d'enregistrement pour l'épisode {name}"
    ),
    "{folder}: none of {names} there": "{folder} : rien de {names}",
    "{nab}: no window to find in any file": (
        "{nab} : aucune fenêtre à trouver, dans aucun fichier"
    ),
    "{name}, named in {windows_file}: {why}": "{name}, nommé dans {windows_file} : {why}",
    "{name}: no rows": "{name} : aucune ligne",
    "{name}: not to be seen over {per_hour:.0f} an hour": (
        "{name} : invisible au-dessus de {per_hour:.0f} par heure"
    ),
    "{name}: {file!r} is no file of this directory": (
        "{name} : {file!r} n'est pas un fichier de ce dossier"
    ),
    "{name}: {why}; expected file name → list of [first, last] timestamps": (
        "{name} : {why} ; il faut nom de fichier → liste d'heures [première, dernière]"
    ),
    "{name}:1: expected the header timestamp,value": (
        "{name}:1: il faut l'en-tête timestamp,value"
    ),
    "{path}: no readable columns date,{column}: {why}": (
        "{path} : pas de colonnes date,{column} lisibles : {why}"
    ),
    "{path}: no readable columns timestamp,value: {why}": (
        "{path} : pas de colonnes timestamp,value lisibles : {why}"
    ),
    "{path}: not a day of mentions": "{path} : pas un jour de mentions",
    "{path}: not to be read: {why}": "{path} : illisible : {why}",
    "{where}: expected timestamp,value; {why}": "{where} : il faut timestamp,value ; {why}",
    "{where}: {timestamp} is not later than the row before; sort it": (
        "{where} : {timestamp} n'est pas après la ligne d'avant ; triez"
    ),
}

SYSTEM: Final = {
    "No such file or directory": "fichier ou dossier introuvable",
    "Permission denied": "accès refusé",
    "Is a directory": "c'est un dossier",
    "Not a directory": "ce n'est pas un dossier",
    "Address already in use": "adresse déjà prise",
    "Cannot assign requested address": "cette machine n'a pas cette adresse",
    "No space left on device": "plus de place sur le disque",
    "Read-only file system": "système de fichiers en lecture seule",
    "Input/output error": "erreur de lecture ou d'écriture",
    "Connection refused": "connexion refusée",
}
"""What the system says of an error (``strerror``), where people meet it."""

WORKINGS: Final = {
    **SYSTEM,
    **ROUTES,
    **KAFKA,
    **STATE,
    **FILES,
    **LEDGER,
    **GUESSES,
    **PAST,
    **LIBRARY,
    **MODELS,
    **MEASURED,
}
