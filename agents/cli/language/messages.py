"""What commands say while they run, in French, by the English in the code."""

from typing import Final

MESSAGES: Final = {
    "; ": " ; ",
    "No such command '{name}'. Did you mean {meant}?": (
        "Pas de commande « {name} ». Vouliez-vous dire {meant} ?"
    ),
    "{name}: delivered": "{name} : remise",
    "{name}: not delivered: {why}": "{name} : non remise : {why}",
    # Faults of what is read at the start
    "the environment has faults:\n{faults}": "l'environnement a des fautes :\n{faults}",
    "the brands file has faults:\n{faults}": "le fichier des marques a des fautes :\n{faults}",
    "the routes file has faults:\n{faults}": "le fichier des routes a des fautes :\n{faults}",
    "the library has faults:\n{faults}": "la bibliothèque a des fautes :\n{faults}",
    "{folder}: {name} replaces the episode that Tocsin ships": (
        "{folder} : {name} remplace l'épisode livré avec Tocsin"
    ),
    ("Kafka does not answer ({why}): is it running, and is TOCSIN_KAFKA_BOOTSTRAP its address?"): (
        "Kafka ne répond pas ({why}) : tourne-t-il, et TOCSIN_KAFKA_BOOTSTRAP est-elle son "
        "adresse ?"
    ),
    "Kafka at {address} is not as it must be:\n{faults}": (
        "Kafka ({address}) n'est pas comme il faut :\n{faults}"
    ),
    "Kafka at {address} cannot be worked with: {why}": (
        "Impossible de travailler avec Kafka ({address}) : {why}"
    ),
    # tocsin digest
    "a digest needs --routes, which say when and to whom it goes": (
        "un résumé demande --routes, qui dit quand et à qui il va"
    ),
    "the routes have no digests; docs/guide/routes.md shows one": (
        "les routes n'ont pas de résumé (digests) ; docs/guide/routes.md en montre un"
    ),
    "it is about no brand of this file": "il ne concerne aucune marque de ce fichier",
    # tocsin check
    "{faults} faults, {warnings} warnings": "fautes : {faults}, avertissements : {warnings}",
    "{path}:1: {why}; check the path and its permissions": (
        "{path}:1: {why} ; vérifiez le chemin et ses droits"
    ),
    "{path}:1: not UTF-8 at byte {byte}; save the file as UTF-8": (
        "{path}:1: n'est pas en UTF-8 à l'octet {byte} ; enregistrez le fichier en UTF-8"
    ),
    "environment: {line}": "environnement : {line}",
    "brand": "marque",
    "brands": "marques",
    "Brands": "Marques",
    "names": "noms",
    "accounts": "comptes",
    "languages": "langues",
    "rules for X": "règles pour X",
    "longest": "la plus longue",
    "all": "toutes",
    "(default)": "(par défaut)",
    "All well. Brands: {brands}, rules for X: {rules}.": (
        "Tout va bien. Marques : {brands}, règles pour X : {rules}."
    ),
    "receiver": "destinataire",
    "kind": "genre",
    "called": "appelé",
    "Routes": "Routes",
    "false rings a month, at most": "fausses sonneries par mois, au plus",
    "at first": "d'abord",
    "where nobody has it": "si personne ne s'en charge",
    "{n} characters": "{n} caractères",
    # tocsin routes test
    "no brand {brand}: known are {known}": "pas de marque {brand} ; connues : {known}",
    "{brand}, {level}, severity {severity}/10, {moment}": (
        "{brand}, {level}, gravité {severity}/10, {moment}"
    ),
    "heads-up": "pré-alerte",
    "ring": "sonnerie",
    "Monday": "lundi",
    "Tuesday": "mardi",
    "Wednesday": "mercredi",
    "Thursday": "jeudi",
    "Friday": "vendredi",
    "Saturday": "samedi",
    "Sunday": "dimanche",
    "Nobody is called: planned '{names}'.": "Personne n'est appelé : prévu, « {names} ».",
    "calls {names}": "appelle {names}",
    "calls nobody": "n'appelle personne",
    "again every {every} while nobody has it": (
        "de nouveau toutes les {every} tant que personne ne s'en charge"
    ),
    "the default channel": "le canal par défaut",
    "after {wait}": "après {wait}",
    "at once": "aussitôt",
    "after {wait}, if nobody has it": "après {wait}, si personne ne s'en charge",
    "there is no time zone {name}": "pas de fuseau horaire {name}",
    "--at {text}: write 03:00, or 2026-12-03T03:00": (
        "--at {text} : écrivez 03:00, ou 2026-12-03T03:00"
    ),
    # tocsin incidents
    "{n} records of {topic} cannot be read.": "{n} enregistrements de {topic} sont illisibles.",
    "no incident '{incident}' on {topic}": "pas d'incident « {incident} » sur {topic}",
    "incident": "incident",
    "rang": "a sonné",
    "state": "état",
    "severity": "gravité",
    "worst": "au pire",
    "like": "rappelle",
    "in whose hands": "qui s'en occupe",
    "step": "étape",
    "at": "quand",
    "reason": "raison",
    "by": "par",
    "note": "mot",
    "snoozed until {until}": "en silence jusqu'à {until}",
    # tocsin backtest and evaluate
    (
        "a process of the backtest was ended from outside, maybe for want of memory; --jobs 1 "
        "needs least"
    ): (
        "un processus du backtest a été arrêté du dehors, peut-être faute de mémoire ; --jobs 1 "
        "en demande le moins"
    ),
    "--history {given}: expected BRAND=FILE with a brand of {known}": (
        "--history {given} : il faut MARQUE=FICHIER, avec une marque parmi {known}"
    ),
    "--history names {brand} twice": "--history nomme {brand} deux fois",
    "--storms is a part of --replays": "--storms va avec --replays",
    "--world is a part of --replays": "--world va avec --replays",
    "say what to evaluate: --nab DIR, --quiet, --replays, --budgets or --all": (
        "dites quoi évaluer : --nab DIR, --quiet, --replays, --budgets ou --all"
    ),
    "{path} can't be written: {why}": "impossible d'écrire {path} : {why}",
    "Written: {page}, {json}": "Écrit : {page}, {json}",
}
