# ruff: noqa: INP001 - a script beside what it writes, no package
"""Writes Click's own words in French, as gettext reads them: Click has no translations of its own.

python docs/write_click_words.py
"""

import struct
from pathlib import Path

from agents.alerting.i18n.typeset import french

FILE = Path(__file__).parents[1] / "agents/cli/language/locale/fr/LC_MESSAGES/messages.mo"
HEAD = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n > 1);\n"
WORDS = {
    "Usage:": "Usage :",
    "Options": "Options",
    "Commands": "Commandes",
    "Show this message and exit.": "Afficher cette aide et quitter.",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "default: {default}": "par défaut : {default}",
    "env var: {var}": "variable : {var}",
    "required": "obligatoire",
    "(dynamic)": "(selon le cas)",
    "Error: {message}": "Erreur : {message}",
    "Aborted!": "Interrompu !",
    "Try '{command} {option}' for help.": "Essayez « {command} {option} » pour l'aide.",
    "Missing command.": "Il manque la commande.",
    "No such command {name!r}.": "Pas de commande {name!r}.",
    "No such option: {name}": "Pas d'option {name}",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Could not open file {filename!r}: {message}": "Fichier {filename!r} illisible : {message}",
    "Option {name!r} does not take a value.": "L'option {name!r} ne prend pas de valeur.",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre valable ici.",
    "{value} is not in the range {range}.": "{value} n'est pas dans l'intervalle {range}.",
    "{name} {filename!r} does not exist.": "{name} {filename!r} n'existe pas.",
    "{name} {filename!r} is a file.": "{name} {filename!r} est un fichier.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} est un dossier.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} ne peut pas être écrit.",
    "Show the version and exit.": "Afficher la version et quitter.",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Missing {param_type}": "Il manque {param_type}",
    "{text} {deprecated_message}": "{text} {deprecated_message}",
    "unknown error": "erreur inconnue",
    "Argument {name!r} takes {nargs} values.": "L'argument {name!r} prend {nargs} valeurs.",
    "{value!r} is not a valid UUID.": "{value!r} n'est pas un UUID.",
    "{value!r} is not a valid boolean. Recognized values: {states}": (
        "{value!r} n'est ni oui ni non. Valeurs admises : {states}"
    ),
    "{name} {filename!r} is not executable.": "{name} {filename!r} n'est pas exécutable.",
    "Error: {e.message}": "Erreur : {e.message}",
    "Error: invalid input": "Erreur : entrée refusée",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
}
COUNTED = {
    (
        "Takes {nargs} values but 1 was given.",
        "Takes {nargs} values but {len} were given.",
    ): (
        "Il faut {nargs} valeurs, une seule est donnée.",
        "Il faut {nargs} valeurs, {len} sont données.",
    ),
    (
        "{value!r} does not match the format {format}.",
        "{value!r} does not match the formats {formats}.",
    ): (
        "{value!r} n'est pas de la forme {format}.",
        "{value!r} n'est d'aucune de ces formes : {formats}.",
    ),
    (
        "{len_type} values are required, but {len_value} was given.",
        "{len_type} values are required, but {len_value} were given.",
    ): (
        "Il faut {len_type} valeurs, {len_value} est donnée.",
        "Il faut {len_type} valeurs, {len_value} sont données.",
    ),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"): (
        "Argument de trop ({args})",
        "Arguments de trop ({args})",
    ),
    ("Did you mean {possibility}?", "(Possible options: {possibilities})"): (
        "Vouliez-vous dire {possibility} ?",
        "(Options possibles : {possibilities})",
    ),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."): (
        "{value!r} n'est pas {choice}.",
        "{value!r} n'est pas parmi {choices}.",
    ),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."): (
        "L'option {name!r} demande une valeur.",
        "L'option {name!r} demande {nargs} valeurs.",
    ),
}


def catalogue() -> bytes:
    """Return the file: its head, two tables of lengths and places, and the texts."""
    pairs = {"": HEAD} | {one: french(other) for one, other in WORDS.items()}
    for counted, said in COUNTED.items():
        pairs["\0".join(counted)] = "\0".join(french(one) for one in said)
    ordered = sorted((one.encode(), other.encode()) for one, other in pairs.items())
    at = 28 + 16 * len(ordered)
    texts, tables = b"", [b"", b""]
    for column in (0, 1):
        for pair in ordered:
            tables[column] += struct.pack("<II", len(pair[column]), at + len(texts))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(ordered), 28, 28 + 8 * len(ordered), 0, 0)
    return head + b"".join(tables) + texts


if __name__ == "__main__":
    FILE.write_bytes(catalogue())
