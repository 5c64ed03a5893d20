"""What reports of the laboratory and the demo say of their own, in French, by the English."""

from typing import Final

BACKTEST: Final = {
    "reading": "lecture",
    "{n} lines": "{n} lignes",
    "{n} rows of history lie after the first post and were left out": (
        "historique : {n} lignes après le premier message, laissées de côté"
    ),
    "not one line could be read; see --mapping and --input-format": (
        "pas une seule ligne lisible ; voyez --mapping et --input-format"
    ),
    "{where}: missed: {what}": "{where} : manqué : {what}",
    "{where}: missed: {what}, {start} to {end}": "{where} : manqué : {what}, de {start} à {end}",
    "Tocsin backtest": "Tocsin, rejeu",
    "What would have rung": "Ce qui aurait sonné",
    "What would have rung: {n}": "Ce qui aurait sonné : {n}",
    "Worth a quiet line, and never rang: {n}. Times are UTC.": (
        "Pré-alertes qui n'ont jamais sonné : {n}. Heures en UTC."
    ),
    "mentions": "mentions",
    "negative": "négatives",
    "positive": "positives",
    "heads-ups": "pré-alertes",
    "what rang, and what never did": "ce qui a sonné, et ce qui n'a pas sonné",
    "{lines} lines: {mentions} mentions, {duplicates} duplicates, {own} own, {bad} could not be "
    "read, {unmatched} named no brand, {not_posts} not posts.": (
        "Lignes : {lines}, dont mentions {mentions}, doublons {duplicates}, messages de la marque "
        "{own}, illisibles {bad}, sans marque {unmatched}, autres que des messages {not_posts}."
    ),
    "{n} posts were missed, as the recording itself says.": (
        "Messages manqués, de l'aveu même de l'enregistrement : {n}."
    ),
    "Sentiment: {model}.": "Modèle de tonalité : {model}.",
    "Read carefully: {n} posts ({reader}).": "Lus avec soin : {n} messages ({reader}).",
    "Read carefully: no post.": "Lu avec soin : aucun message.",
    "… and {n} more heads-ups": "… et pré-alertes de plus : {n}",
    "quiet": "calme",
    "Since {onset}, heads-up {noticed}, peak {peak}; {n} mentions.": (
        "Début : {onset} ; pré-alerte : {noticed} ; pic : {peak} ; mentions : {n}."
    ),
    "· {moment}  {why} {n} mentions.": "· {moment}  {why} Mentions : {n}.",
    "{n} mentions": "{n} mentions",
    "per bar:": "par barre :",
    "duplicates": "doublons",
    "late": "en retard",
    "own posts": "messages de la marque",
    "heads-ups only: {n}": "pré-alertes seulement : {n}",
    "{n} steps": "étapes : {n}",
    "mentions over time, incidents: {n}": "mentions au fil du temps, incidents : {n}",
    "highest bar: {most} mentions in {span}": "barre la plus haute : {most} mentions en {span}",
    "brand replies": "la marque répond",
    "When it rang: {said} ({bounds}).": "À la sonnerie : {said} ({bounds}).",
    "Then came {hour} in the hour, {day} in the day.": (
        "Il en est venu {hour} dans l'heure, {day} en un jour."
    ),
    "Then came {hour} in the hour.": "Il en est venu {hour} dans l'heure.",
    "Settings side by side": "Réglages côte à côte",
    "setting": "réglage",
    "brands file": "fichier des marques",
    "rings {n}": "sonneries {n}",
    "heads-ups {n}": "pré-alertes {n}",
    "a quarter": "par trimestre",
    "a week": "par semaine",
    "rang for": "a sonné pour",
    "rang when, severity, mentions": "a sonné quand, gravité, mentions",
    "{moment}: {severity}/10, {n} mentions": "{moment} : {severity}/10, {n} mentions",
    "{moment}: severity {severity}/10, {pattern}, {n} mentions": (
        "{moment} : gravité {severity}/10, {pattern}, {n} mentions"
    ),
    "what rang under {n} settings": "ce qui a sonné sous {n} réglages",
    "all {n} brands": "les {n} marques",
    "… and {n} more": "… et {n} de plus",
    "Under no setting would it have rung for {n} brands.": (
        "Marques pour lesquelles rien n'aurait sonné, quel que soit le réglage : {n}."
    ),
    "Brands that were quiet under every setting: {n}.": (
        "Marques restées calmes sous tous les réglages : {n}."
    ),
    "A disc is a ring, with the highest severity that was reached; its bar lasts from onset to "
    "end. "
    "A small circle is a heads-up that never rang. Rates are those of one brand, on average.": (
        "Un disque est une sonnerie, avec la plus haute gravité atteinte ; sa barre va du début à "
        "la fin. Un petit cercle est une pré-alerte qui n'a jamais sonné. Les fréquences sont "
        "celles "
        "d'une marque, en moyenne."
    ),
    "“{strict}” rang {at}; “{loose}” was ringing already, since {since}, and rings again only for "
    "twice as much.": (
        "« {strict} » a sonné : {at} ; « {loose} » sonnait déjà, depuis : {since}, et ne sonne de "
        "nouveau que pour deux fois plus."
    ),
}

DEMO: Final = {
    "Kafka (embedded) on {kafka}. The brand is {brand}: {days} days of chatter, then {scenario}, "
    "made up. Days pass in seconds; bars grow with the root of the volume.": (
        "Kafka (embarqué) sur {kafka}. La marque est {brand} : {days} jours de bavardage "
        "ordinaire, puis {scenario}, inventé. Les jours passent en secondes ; les barres croissent "
        "comme la racine du volume."
    ),
    "The page, while this runs: {address}": "La page, pendant ce temps : {address}",
    "{share} negative": "{share} de négatif",
    "{n} buckets were not judged: this machine is too busy, and the embedded broker forgot them.": (
        "Tranches non jugées : {n}. Cette machine est trop occupée, et le Kafka embarqué les a "
        "oubliées."
    ),
    "Staying until Ctrl-C.": "Tout reste en marche jusqu'à Ctrl-C.",
    "{name} ended with exit code {code}": "{name} s'est arrêté avec le code de sortie {code}",
    "Summary": "Bilan",
    "{posts} posts simulated, {mentions} mentions counted, {negative} of them negative; {took} s "
    "in "
    "all.": (
        "Messages simulés : {posts} ; mentions comptées : {mentions}, dont négatives {negative} ; "
        "{took} s en tout."
    ),
    "The episode begins on {moment}.": "L'épisode commence : {moment}.",
    "It rang on {moment}: severity {severity}/10, like {pattern}.": (
        "L'alerte a sonné : {moment}, gravité {severity}/10, rappelle {pattern}."
    ),
    "It rang on {moment}, {later} later: severity {severity}/10, like {pattern}.": (
        "L'alerte a sonné : {moment}, {later} après ; gravité {severity}/10, rappelle {pattern}."
    ),
    "Nothing rang, though this is a crisis.": "Rien n'a sonné, et pourtant c'est une crise.",
    "Nothing rang, and rightly so: this is no crisis.": (
        "Rien n'a sonné, à juste titre : ce n'est pas une crise."
    ),
    "That was a false ring: this is no crisis.": (
        "C'était une fausse sonnerie : ce n'est pas une crise."
    ),
    "Heads-ups that never rang: {n}.": "Pré-alertes qui n'ont jamais sonné : {n}.",
    "1 mention, {negative} negative": "1 mention, négatives : {negative}",
    "{n} mentions, {negative} negative": "{n} mentions, négatives : {negative}",
    "Bluesky is heard.": "Bluesky est entendu.",
    "Bluesky is not heard in full": "Bluesky n'est pas entendu en entier",
    "Kafka (embedded) on {kafka}. Listening to all of Bluesky for {names}, until Ctrl-C; nothing "
    "is "
    "kept.": (
        "Kafka (embarqué) sur {kafka}. Tout Bluesky est écouté pour {names}, jusqu'à Ctrl-C ; rien "
        "n'est gardé."
    ),
    "What is usual is not known yet: a brand is learned for six hours before anything is said, and "
    "its first day has higher bars.": (
        "L'habitude n'est pas encore connue : rien n'est dit pendant les six premières heures, et "
        "le premier jour place la barre plus haut."
    ),
    "Mentions heard: {n}.": "Mentions entendues : {n}.",
}

REPORTS: Final = {**BACKTEST, **DEMO}
