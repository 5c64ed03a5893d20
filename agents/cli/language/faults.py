"""What is wrong in files and in the environment, in French, by the English of its phrases.

A noun that stands for a place (``the file``, ``brand 3``) fills other phrases: before a colon,
where French asks for neither its gender nor a preposition.
"""

from typing import Final

BRANDS: Final = {
    "{path}:{line}: {what}; {do}": "{path}:{line}: {what} ; {do}",
    "{path}:{line}: warning: {what}; {do}": "{path}:{line}: attention : {what} ; {do}",
    # YAML
    "write one item a line, each after '- '": "écrivez un élément par ligne, chacun après '- '",
    "check indentation, colons and quotes there and in the line above": (
        "vérifiez retraits, deux-points et guillemets, ici et à la ligne d'avant"
    ),
    "an item of '{key}'": "un élément de '{key}'",
    "{what}: YAML reads {value} as true or false": (
        "{what} : YAML lit {value} comme un oui ou un non"
    ),
    "{message} (so it does with the code of Norwegian)": (
        "{message} (c'est aussi le code du norvégien)"
    ),
    "{what}: YAML reads {value} as {kind}": "{what} : YAML lit {value} comme {kind}",
    'write "{value}" in quotes': 'écrivez "{value}", entre guillemets',
    "write handles without @, or in quotes": "écrivez les comptes sans @, ou entre guillemets",
    "indent with spaces, YAML takes no tabs": (
        "mettez des espaces en retrait, YAML n'accepte pas de tabulations"
    ),
    "a mapping": "un groupe de clés",
    "a list": "une liste",
    "of type {name}": "du type {name}",
    "the text '{value}'": "le texte '{value}'",
    "true/false ({value})": "un oui ou un non ({value})",
    "empty": "vide",
    "a number": "un nombre",
    "a date": "une date",
    "write keys and values: {known}": "écrivez des clés et des valeurs : {known}",
    "{where} is {kind}, not keys with values": "{where} : {kind}, et non des clés et des valeurs",
    "a key of {where} is {kind}": "{where} : une clé est {kind}",
    "write a word": "écrivez un mot",
    "'<<' (merge) is not read here": "'<<' (fusion) n'est pas lu ici",
    "write the keys out": "écrivez les clés en toutes lettres",
    "'{key}' occurs twice in {where}, first near line {first}": (
        "{where} : '{key}' y est deux fois, d'abord vers la ligne {first}"
    ),
    "keep one of them": "n'en gardez qu'une",
    "did you mean '{close}'?": "vouliez-vous dire '{close}' ?",
    "known are {known}": "connus : {known}",
    "'{key}' is no setting of {where}": "{where} : '{key}' n'y est pas un réglage",
    "delete the key, or list something under it": "supprimez la clé, ou mettez-y une liste",
    "'{key}' is empty": "'{key}' est vide",
    "{what} is empty": "{what} : vide",
    "{path} is empty": "{path} : vide",
    "'{key}' is {kind}": "'{key}' est {kind}",
    "{what} is {kind}": "{what} est {kind}",
    "'{key}' is {kind}, not a list": "'{key}' est {kind}, et non une liste",
    'write {key}: ["{value}"]': 'écrivez {key}: ["{value}"]',
    "write a number": "écrivez un nombre",
    "write true or false": "écrivez true ou false",
    "write a single text": "écrivez un seul texte",
    'fill it in or delete it; what begins with # is a comment unless it is in "quotes"': (
        "remplissez ou supprimez ; ce qui commence par # est un commentaire, sauf entre "
        '"guillemets"'
    ),
    "character U+{character:04X} is not allowed in YAML": (
        "le caractère U+{character:04X} est interdit en YAML"
    ),
    "delete it": "supprimez",
    "the file is empty": "le fichier est vide",
    "see examples/ for one to start from": "examples/ en a un pour commencer",
    "this is no YAML: {what}": "ce n'est pas du YAML : {what}",
    "this is no YAML: it is nested too deeply": "ce n'est pas du YAML : trop d'imbrications",
    "close brackets and braces": "fermez crochets et accolades",
    # Brands
    "the file": "le fichier",
    "brand {position}": "marque {position}",
    "brand '{value}'": "marque '{value}'",
    "there is no 'brands'": "il n'y a pas de 'brands'",
    "begin with 'brands:' and a list of brands": (
        "commencez par 'brands:' et une liste de marques"
    ),
    "'brands' lists nothing": "'brands' est une liste vide",
    "add a brand with id and names": "ajoutez une marque, avec id et names",
    "{where} has no 'id'": "{where} : pas de 'id'",
    "give it one, e.g. id: nestle": "donnez-lui-en un, par exemple id: nestle",
    "{where} has no 'names'": "{where} : pas de 'names'",
    "list what people call it": "mettez-y les noms que les gens lui donnent",
    "id '{value}' is taken by the brand on line {first}": (
        "l'id '{value}' est déjà celui de la marque à la ligne {first}"
    ),
    "give every brand an id of its own": "donnez à chaque marque son propre id",
    "id '{value}' is not made of {form}": "l'id '{value}' n'est pas fait ainsi : {form}",
    "lower-case letters, digits, '.', '_' and '-', at most 64, a letter or digit first": (
        "minuscules, chiffres, '.', '_' et '-', 64 au plus, en commençant par une lettre ou un "
        "chiffre"
    ),
    "write {better}": "écrivez {better}",
    "choose another": "choisissez-en un autre",
    "write one of the time zone database, such as Europe/Paris": (
        "prenez-en un de la base des fuseaux, comme Europe/Paris"
    ),
    "there is no time zone '{value}'": "pas de fuseau horaire '{value}'",
    "leave it out for the default, {default!r}": (
        "laissez-le de côté pour la valeur par défaut, {default!r}"
    ),
    "write one of {choices}, or {do}": "écrivez l'un de {choices}, ou {do}",
    "'{key}' is {value!r}: {error}": "'{key}' est {value!r} : {error}",
    "name": "nom",
    "rival": "concurrent",
    "hashtag": "hashtag",
    "'names' of {where} lists nothing": "{where} : 'names' est une liste vide",
    "a {called} is empty": "un {called} est vide",
    "fill it in or delete it": "remplissez ou supprimez",
    "{called} '{value}' begins with {first}": "{called} '{value}' : commence par {first}",
    "list {value} under '{key}'": "mettez {value} sous '{key}'",
    "write {value}": "écrivez {value}",
    "a {called} of {n} characters": "un {called} de {n} caractères",
    "use at most {most}": "{most} au plus",
    "{called} '{value}' holds no word to look for": "{called} '{value}' : aucun mot à chercher",
    "write it with letters or digits": "écrivez-le avec des lettres ou des chiffres",
    "{called} '{value}' is a single letter, it will match nearly everything": (
        "{called} '{value}' : une seule lettre, qui se trouve presque partout"
    ),
    "use handles and hashtags, or a longer name": (
        "prenez des comptes et des hashtags, ou un nom plus long"
    ),
    "{called} '{value}' is an everyday word, most posts with it mean something else": (
        "{called} '{value}' : un mot de tous les jours, qui parle le plus souvent d'autre chose"
    ),
    "use longer names, handles, or 'exclude'": (
        "prenez des noms plus longs, des comptes, ou 'exclude'"
    ),
    "use a longer name": "prenez un nom plus long",
    "'{value}' under '{key}' begins with {first}": (
        "'{value}', sous '{key}', commence par {first}"
    ),
    "write {plain}": "écrivez {plain}",
    "'{value}' under '{key}' is no handle": "'{value}', sous '{key}', n'est pas un compte",
    "X takes 1 to 15 of A-Z, a-z, 0-9 and _": "X prend de 1 à 15 caractères : A-Z, a-z, 0-9 et _",
    "'{value}' under '{one}' is under '{other}', too, line {line}": (
        "'{value}', sous '{one}', est aussi sous '{other}', ligne {line}"
    ),
    "delete one of them": "supprimez l'un des deux",
    "every post with it would be put down to the rival: delete one of them": (
        "tout message qui le contient irait au concurrent : supprimez l'un des deux"
    ),
    "rival '{value}' is under '{key}', too, line {line}": (
        "le concurrent '{value}' est aussi sous '{key}', ligne {line}"
    ),
    "rival '{value}' is part of {called} '{own}', line {line}": (
        "le concurrent '{value}' est contenu dans le {called} '{own}', ligne {line}"
    ),
    "'{value}' under 'hashtags' begins with {first}": (
        "'{value}', sous 'hashtags', commence par {first}"
    ),
    "'{value}' under 'hashtags' is no hashtag": "'{value}', sous 'hashtags', n'est pas un hashtag",
    "one word of letters, digits and _": "un seul mot, de lettres, de chiffres et de _",
    "'{value}' under 'hashtags' has digits only, X makes no hashtag of it": (
        "'{value}', sous 'hashtags', n'a que des chiffres : pour X, ce n'est pas un hashtag"
    ),
    "add a letter or delete it": "ajoutez une lettre ou supprimez",
    "'{value}' is no two- or three-letter language code": (
        "'{value}' n'est pas un code de langue de deux ou trois lettres"
    ),
    "write {primary}": "écrivez {primary}",
    "use codes such as en, fr, de": "prenez des codes comme en, fr, de",
    "excluded '{value}' holds no word to look for": "exclusion '{value}' : aucun mot à chercher",
    "no post could ever match that: delete one of them": (
        "aucun message ne pourrait plus convenir : supprimez l'un des deux"
    ),
    "excluded '{value}' is part of name '{own}', line {line}": (
        "l'exclusion '{value}' est contenue dans le nom '{own}', ligne {line}"
    ),
    "excluded '{value}' is hashtag '{own}', line {line}": (
        "l'exclusion '{value}' est le hashtag '{own}', ligne {line}"
    ),
    "'{value}' is listed twice under '{key}', first on line {earlier}": (
        "'{value}' est deux fois sous '{key}', d'abord à la ligne {earlier}"
    ),
    "delete one": "supprimez l'un des deux",
    "{where} makes {error}": "{where} : cela donne {error}",
    "a rule of {n} characters for {alternative}, X takes {limit}": (
        "une règle de {n} caractères pour {alternative}, quand X en prend {limit}"
    ),
    "shorten 'exclude', 'languages' or the name": (
        "raccourcissez 'exclude', 'languages' ou le nom"
    ),
    "{where} shares '{pattern}' with '{other}'": "{where} : '{pattern}' est aussi à '{other}'",
    "a post with it will count for both": "un message qui le contient comptera pour les deux",
    "{rules} rules for X, a pay-per-use stream holds {most}": (
        "{rules} règles pour X, quand un flux payé à l'usage en prend {most}"
    ),
    "drop names, hashtags or excluded words": "enlevez des noms, des hashtags ou des exclusions",
}

JUDGED: Final = {
    "'judge' says nothing": "'judge' ne dit rien",
    "'sources' of 'judge' is '{value}'": "'judge', 'sources' : '{value}'",
    "'sources' of 'judge' lists nothing": "'judge', 'sources' : la liste est vide",
    "'{name}' stands in a list under 'sources'": "'{name}' est dans une liste sous 'sources'",
    "'{name}' under 'sources' is no network": "'{name}' sous 'sources' n'est pas un réseau",
    "'{network}' is listed twice under 'sources', first on line {line}": (
        "'{network}' est deux fois sous 'sources', d'abord ligne {line}"
    ),
    "no source of Tocsin is called '{name}'": "aucune source de Tocsin ne s'appelle '{name}'",
    "write sources: [x, bluesky], or each for each on its own, or all": (
        "écrivez sources: [x, bluesky], ou each pour chacune à part, ou all"
    ),
    "write sources: [{value}], all or each": "écrivez sources: [{value}], all ou each",
    "write sources: {name}": "écrivez sources: {name}",
    "write {network}: the name of a source up to its hyphen": (
        "écrivez {network} : le nom d'une source jusqu'à son tiret"
    ),
    "{example}, or delete it": "{example}, ou supprimez-le",
}

ROUTES: Final = {
    "receiver {position}": "destinataire {position}",
    "receiver '{value}'": "destinataire '{value}'",
    "hours '{name}'": "heures '{name}'",
    "the route": "la route",
    "a route": "une route",
    "step {position} of 'escalate'": "étape {position} de 'escalate'",
    "maintenance {position}": "maintenance {position}",
    "digest {position}": "résumé {position}",
    "there is no '{key}'": "il n'y a pas de '{key}'",
    "docs/guide/routes.md has an example": "docs/guide/routes.md en montre un exemple",
    "no route leads to receiver '{name}'": "aucune route ne mène au destinataire '{name}'",
    "name it in a route": "nommez-le dans une route",
    "{where} has no 'name'": "{where} : pas de 'name'",
    "give it one": "donnez-lui-en un",
    "'{value}' is no name of a receiver": "'{value}' n'est pas un nom de destinataire",
    "use lower-case letters, digits and '-', a letter first, at most 41": (
        "prenez des minuscules, des chiffres et '-', une lettre d'abord, 41 au plus"
    ),
    "receiver '{value}' is there already, on line {first}": (
        "le destinataire '{value}' existe déjà, ligne {first}"
    ),
    "give each a name of its own": "donnez à chacun son propre nom",
    "{where} is {kinds}": "{where} : {kinds}",
    "nothing": "rien",
    " and ": " et ",
    " or ": " ou ",
    "say one of {kinds}": "dites l'un de {kinds}",
    "'url' of {where}: {what}": "{where}, 'url' : {what}",
    "{where} has {addresses}": "{where} : {addresses}",
    "two addresses": "deux adresses",
    "no address": "pas d'adresse",
    "write url_from: NAME, the variable of the environment that holds it": (
        "écrivez url_from: NAME, la variable d'environnement qui la contient"
    ),
    "{do}, or url": "{do}, ou url",
    "it is no address": "ce n'est pas une adresse",
    "write https://host/path": "écrivez https://machine/chemin",
    "it is not encrypted": "elle n'est pas chiffrée",
    "write https://": "écrivez https://",
    "{what}; {do}": "{what} ; {do}",
    "{where} has no secret, so that anybody could write to yours": (
        "{where} : pas de secret, n'importe qui pourrait écrire au vôtre"
    ),
    "write secret_from: NAME, the variable of the environment that holds it": (
        "écrivez secret_from: NAME, la variable d'environnement qui le contient"
    ),
    "'{key}' of {where} is {value!r}": "{where} : '{key}' est {value!r}",
    "write the name of a variable of the environment that does not begin with TOCSIN_": (
        "écrivez le nom d'une variable d'environnement qui ne commence pas par TOCSIN_"
    ),
    "{value!r} is nobody whom Slack could call": "{value!r} : Slack ne peut appeler personne ainsi",
    "write here, channel, a user group's id (S…) or a person's (U… or W…)": (
        "écrivez here, channel, l'identifiant d'un groupe (S…) ou d'une personne (U… ou W…)"
    ),
    "{where} has no 'zone'": "{where} : pas de 'zone'",
    "write one, such as zone: Europe/Paris": "écrivez-en une, comme zone: Europe/Paris",
    'write a time of day in quotes, such as "07:30"; midnight at the end is "24:00"': (
        'écrivez une heure entre guillemets, comme "07:30" ; minuit à la fin se dit "24:00"'
    ),
    "the uppermost route does not take everything": "la première route ne prend pas tout",
    "put conditions into 'routes' below it, so that nothing is told to nobody": (
        "mettez les conditions dans 'routes', au-dessous, pour que rien ne se perde"
    ),
    "the uppermost route has no receivers": "la première route n'a pas de destinataires",
    "list at least one": "mettez-en au moins un",
    "'decides' is too long to be a name": "'decides' est trop long pour un nom",
    "write at most {most} characters: a name, or a role": (
        "écrivez {most} caractères au plus : un nom, ou une fonction"
    ),
    "a step of 'steps' is too long": "une étape de 'steps' est trop longue",
    "write at most {most} characters: it is read at 3 a.m.": (
        "écrivez {most} caractères au plus : on le lit à 3 h du matin"
    ),
    "'steps' has too many steps": "'steps' a trop d'étapes",
    "leave the {most} that come first": "laissez les {most} premières",
    "nothing comes here: the route on line {line} takes everything": (
        "rien n'arrive ici : la route de la ligne {line} prend tout"
    ),
    "put it before that one, or write continue: true there": (
        "mettez-la avant, ou écrivez-y continue: true"
    ),
    "there is no level '{value}'": "pas de niveau '{value}'",
    "write heads_up or ring": "écrivez heads_up (pré-alerte) ou ring (sonnerie)",
    "no severity is from {low} to {high}": "aucune gravité ne va de {low} à {high}",
    "swap them": "échangez-les",
    "no brand has the id '{value}'": "aucune marque n'a l'id '{value}'",
    "write the id of a brand, or a part with *": "écrivez l'id d'une marque, ou une partie avec *",
    "'{key}' is {value}": "'{key}' est {value}",
    "'{key}' is {value!r}": "'{key}' est {value!r}",
    "write a whole number from 1 to 10": "écrivez un entier de 1 à 10",
    "no hours '{value}'": "pas d'heures '{value}'",
    "no receiver '{value}'": "pas de destinataire '{value}'",
    "there are none in this file": "il n'y en a pas dans ce fichier",
    "{where} does not say when or who": "{where} : ni quand ni qui",
    "write after: 10m and receivers: [...]": "écrivez after: 10m et receivers: [...]",
    "{where} is not after the one before it": "{where} : pas après la précédente",
    "times count from the ring; write them in order": (
        "les durées comptent depuis la sonnerie ; écrivez-les dans l'ordre"
    ),
    "{where} is not complete": "{where} : incomplet",
    "write name, from, to and zone": "écrivez name, from, to et zone",
    "{where} ends before it begins": "{where} : finit avant de commencer",
    "{where} goes to alertmanager {receiver}": "{where} : va à l'alertmanager {receiver}",
    "name another one: a digest is no alert that lasts": (
        "nommez-en un autre : un résumé n'est pas une alerte qui dure"
    ),
    "write name, every, at, zone and receivers": "écrivez name, every, at, zone et receivers",
    "{where} is called {value!r}": "{where} : nom {value!r}",
    "use small letters, digits and hyphens": "prenez des minuscules, des chiffres et des tirets",
    "{where} has no time zone that is known": "{where} : pas de fuseau horaire connu",
    "write zone: Europe/Paris, or another of the time zone database": (
        "écrivez zone: Europe/Paris, ou un autre de la base des fuseaux"
    ),
    "{where} has no time of day": "{where} : pas d'heure",
    'write at: "08:00", in quotes': 'écrivez at: "08:00", entre guillemets',
    "write one of {known}": "écrivez l'un de {known}",
    'write "2026-12-03 06:00", in quotes': 'écrivez "2026-12-03 06:00", entre guillemets',
    "write a number and s, m, h or d, such as 10m": (
        "écrivez un nombre suivi de s, m, h ou d, comme 10m"
    ),
    "write some of {among}": "prenez parmi {among}",
    "'{value}' is none of '{key}'": "'{value}' n'est pas de ceux de '{key}'",
}

SETTINGS: Final = {
    "Known are {known}": "Connus : {known}",
    "Did you mean {close}?": "Vouliez-vous dire {close} ?",
    "{name}: no such setting. {meant}": "{name} : pas de réglage de ce nom. {meant}",
    "{name}={value!r} is not {wanted}": "{name}={value!r} ; il faut {wanted}",
    "{name} and {name}_FILE are both set, and only one of them can hold": (
        "{name} et {name}_FILE sont donnés tous les deux, et un seul peut valoir"
    ),
    "text": "un texte",
    "one of {known}": "l'un de {known}",
    "true or false": "true ou false",
    "a whole number": "un entier",
    "{number} of at least {least}": "{number} d'au moins {least}",
    "{number} from {least} to {most}": "{number} de {least} à {most}",
    "a factory such as package.module:factory": "une fabrique, comme package.module:factory",
    "made of at most 100 letters, digits, '.', '_' and '-'": (
        "100 caractères au plus : lettres, chiffres, '.', '_' et '-'"
    ),
    "an address without a path, such as https://tocsin.example.com": (
        "une adresse sans chemin, comme https://tocsin.example.com"
    ),
    "the name of an HTTP header, such as X-Forwarded-User": (
        "le nom d'un en-tête HTTP, comme X-Forwarded-User"
    ),
    "ngram, or a factory such as package.module:factory": (
        "ngram, ou une fabrique comme package.module:factory"
    ),
    "a name of up to 32 letters, digits, '.', '_' and '-'": (
        "un nom de 32 caractères au plus : lettres, chiffres, '.', '_' et '-'"
    ),
    "addresses without a path, such as wss://jetstream.example, and commas": (
        "des adresses sans chemin, comme wss://jetstream.example, séparées par des virgules"
    ),
    "an address without a path, such as https://mastodon.example": (
        "une adresse sans chemin, comme https://mastodon.example"
    ),
    "character {place} of {n} is {kind}; copy the token again, without quotes (it is not shown "
    "here)": (
        "le caractère {place} sur {n} est {kind} ; recopiez le jeton, sans guillemets (il n'est "
        "pas "
        "montré ici)"
    ),
    "character {place} of {n} is a control character (it is not shown here)": (
        "le caractère {place} sur {n} est un caractère de contrôle (il n'est pas montré ici)"
    ),
    "a character that no token has": "un caractère qu'aucun jeton n'a",
    "whitespace": "une espace",
    "a control character": "un caractère de contrôle",
    "{path} is no text in UTF-8": "{path} n'est pas un texte en UTF-8",
}

MAPPINGS: Final = {
    "kind.{kind}": "kind.{kind}",
    "the mapping": "la correspondance",
    "the file cannot be read: {error}": "le fichier est illisible : {error}",
    "check path, permissions and UTF-8": "vérifiez chemin, droits et UTF-8",
    "'{key}' is missing": "'{key}' manque",
    "say where it comes from: {key}: {hint}": "dites d'où il vient : {key}: {hint}",
    "'author' says neither 'id' nor 'handle'": "'author' ne dit ni 'id' ni 'handle'",
    "say one of them": "dites l'un des deux",
    "'{key}' says {ways}": "'{key}' dit {ways}",
    "say exactly one of {known}": "dites exactement l'un de {known}",
    "'{key}' lists no column": "'{key}' ne nomme aucune colonne",
    "name one at least": "nommez-en au moins une",
    "'{name}' is no format of times": "'{name}' n'est pas une forme d'heure",
    "write {formats} or a strptime pattern such as %d/%m/%Y %H:%M": (
        "écrivez {formats} ou une forme de strptime comme %d/%m/%Y %H:%M"
    ),
    "kind.{kind} says 'column' or 'values' without the other": (
        "kind.{kind} : 'column' ou 'values' sans l'autre"
    ),
    "write {{column: COLUMN, values: [WORD, WORD]}}": (
        "écrivez {{column: COLONNE, values: [MOT, MOT]}}"
    ),
    "'{key}' is '{value}'": "'{key}' est '{value}'",
    "write {choices}": "écrivez {choices}",
    "'{value}' is no encoding": "'{value}' n'est pas un codage",
    "write utf-8, cp1252, latin-1 or another that Python knows": (
        "écrivez utf-8, cp1252, latin-1 ou un autre que Python connaît"
    ),
    "'{key}' is not one character": "'{key}' n'est pas un seul caractère",
    'write one, as in ";"': 'écrivez-en un, comme ";"',
    "'{value}' is no time zone": "'{value}' n'est pas un fuseau horaire",
    "write a name such as Europe/Paris or UTC": "écrivez un nom comme Europe/Paris ou UTC",
    "{file} has no column '{column}'": "{file} n'a pas de colonne '{column}'",
    "it has {header}": "il a {header}",
    "no line of {path} has '{column}'": "aucune ligne de {path} n'a '{column}'",
    "{mapping}:{line}: no line of {path} has {column!r} so far": (
        "{mapping}:{line}: aucune ligne de {path} n'a encore {column!r}"
    ),
}

FORMATS: Final = {
    "input format {name!r} is unknown": "forme {name!r} inconnue",
    "input format {name!r} is unknown; known are {known}": (
        "forme {name!r} inconnue ; connues : {known}"
    ),
    "{path}: format {chosen} takes no --mapping; leave one of them out": (
        "{path} : la forme {chosen} ne prend pas de --mapping ; enlevez l'un des deux"
    ),
    "{path}: format {chosen} needs a --mapping that says what its columns are": (
        "{path} : la forme {chosen} demande un --mapping, qui dise ce que sont ses colonnes"
    ),
    "{path}: read as {chosen}": "{path} : lu comme {chosen}",
    "it has to be one JSON object a line, or an array of them: say --input-format neutral, x-v2 or "
    "x-v1, or give a --mapping for foreign fields (tocsin mapping suggest writes one)": (
        "il faut un objet JSON par ligne, ou un tableau d'objets : dites --input-format neutral, "
        "x-v2 ou x-v1, ou donnez un --mapping pour d'autres champs (tocsin mapping suggest en "
        "écrit "
        "un)"
    ),
    "{path} looks like a table; give a --mapping that says what its columns are (tocsin mapping "
    "suggest writes one)": (
        "{path} ressemble à un tableau ; donnez un --mapping qui dise ce que sont ses colonnes "
        "(tocsin mapping suggest en écrit un)"
    ),
    "{path} is empty; there is nothing to read": "{path} est vide ; il n'y a rien à lire",
    "{path}: the format cannot be told from its first lines; {hint}": (
        "{path} : les premières lignes ne disent pas quelle forme il a ; {hint}"
    ),
    "{path}: the format cannot be told: {damage}; get it again, if it is cut off; {hint}": (
        "{path} : impossible de dire quelle forme il a : {damage} ; procurez-vous-le de nouveau "
        "s'il est tronqué ; {hint}"
    ),
    "what begins in line {line} is no whole JSON object": (
        "ce qui commence à la ligne {line} n'est pas un objet JSON entier"
    ),
    "{path}: {n} columns are called {name!r}; the first is taken": (
        "{path} : {n} colonnes s'appellent {name!r} ; la première est prise"
    ),
    "{path} is a zip archive that holds no file": (
        "{path} est une archive zip qui ne contient aucun fichier"
    ),
    "{path}: {damage}; nothing of it can be read: get it again": (
        "{path} : {damage} ; rien n'est lisible : procurez-vous-le de nouveau"
    ),
    "{path}: {why}; check the path and its permissions": (
        "{path} : {why} ; vérifiez le chemin et ses droits"
    ),
    "{path} is a tar archive; unpack it: tar -xf {name}": (
        "{path} est une archive tar ; dépliez-la : tar -xf {name}"
    ),
    "{path} is an Excel workbook; save it as CSV UTF-8": (
        "{path} est un classeur Excel ; enregistrez-le en CSV UTF-8"
    ),
    "{path} is compressed with zstd, which is not read; run: zstd -d {name}": (
        "{path} est comprimé en zstd, qui n'est pas lu ; lancez : zstd -d {name}"
    ),
    "{path} is Parquet, which is not read; write it as CSV or as JSON lines": (
        "{path} est en Parquet, qui n'est pas lu ; écrivez-le en CSV ou en JSON, un objet par ligne"
    ),
    "{path} holds {n} files, not one; unpack it (unzip {name}) and give those to be read": (
        "{path} contient {n} fichiers, et non un seul ; dépliez-le (unzip {name}) et donnez ceux "
        "qu'il faut lire"
    ),
    "{path} cannot be unpacked: {error}; unpack it yourself": (
        "impossible de déplier {path} : {error} ; dépliez-le vous-même"
    ),
    "{path} has no header line to take column names from": (
        "{path} n'a pas de ligne d'en-tête, d'où prendre les noms des colonnes"
    ),
    "{path}: the header cannot be read in {encoding}; check 'encoding' and 'quote' of the "
    "mapping": (
        "{path} : l'en-tête est illisible en {encoding} ; vérifiez 'encoding' et 'quote' dans la "
        "correspondance"
    ),
    "{path}: the header cannot be read: {error}; say 'encoding' in the mapping, such as cp1252": (
        "{path} : l'en-tête est illisible : {error} ; dites 'encoding' dans la correspondance, "
        "comme "
        "cp1252"
    ),
    "{path}: cells are separated by {separator!r}, as its first line says": (
        "{path} : cellules séparées par {separator!r}, comme le dit la première ligne"
    ),
    "{path}: line {line} names the columns; what stands above it is no post": (
        "{path} : la ligne {line} nomme les colonnes ; ce qui la précède n'est pas un message"
    ),
    "{path}: no line holds names of columns that are known; write the mapping by hand, and "
    "columns: "
    "[NAME, NAME, …] in it if there is no header row": (
        "{path} : aucune ligne n'a de noms de colonnes connus ; écrivez la correspondance à la "
        "main, "
        "avec columns: [NOM, NOM, …] s'il n'y a pas de ligne d'en-tête"
    ),
    "{path}:{line}: the first row holds values, no names of columns; if there is no header row, "
    "name the {n} columns in the mapping: columns: [NAME, NAME, …]": (
        "{path}:{line}: la première ligne contient des valeurs, pas de noms de colonnes ; s'il n'y "
        "a pas d'en-tête, nommez les {n} colonnes dans la correspondance : columns: [NOM, NOM, …]"
    ),
    # One line, one post
    "the compressed file is damaged from here on: {error}": (
        "le fichier comprimé est abîmé à partir d'ici : {error}"
    ),
    "{size} bytes, at most {most} are read": "{size} octets, on en lit {most} au plus",
    "{undecodable}; say 'encoding' in the mapping if the file is not UTF-8": (
        "{undecodable} ; dites 'encoding' dans la correspondance si le fichier n'est pas en UTF-8"
    ),
    "control character U+{code:04X}": "caractère de contrôle U+{code:04X}",
    "{n} cells, the header has {columns}": "{n} cellules, l'en-tête en a {columns}",
    "no JSON object": "ce n'est pas un objet JSON",
    "the JSON object that begins here is cut off": "l'objet JSON qui commence ici est coupé",
    "the JSON object that begins here is broken": "l'objet JSON qui commence ici est cassé",
    "the JSON object that begins here has more than {most} bytes": (
        "l'objet JSON qui commence ici a plus de {most} octets"
    ),
    "post {place} of {count}: {detail}": "message {place} sur {count} : {detail}",
    "id of {n} characters, not 1 to {most}": "id de {n} caractères, et non de 1 à {most}",
    "author id of {n} characters, not 1 to {most}": (
        "id d'auteur de {n} caractères, et non de 1 à {most}"
    ),
    "text of {n} characters, at most {most}": "texte de {n} caractères, {most} au plus",
    "brand of {n} characters, at most {most}": "marque de {n} caractères, {most} au plus",
    "weight {weight} is not from 0 to {most:g}": "poids {weight}, et non de 0 à {most:g}",
    "created_at: {at} is no time of a post": "created_at : {at} n'est pas l'heure d'un message",
    "created_at: {error}": "created_at : {error}",
    "no created_at, and the id does not tell it": "pas de created_at, et l'id ne le dit pas",
    "no tweet but another message: it has no id": (
        "pas un tweet, un autre message : il n'a pas d'id"
    ),
    "no tweet": "pas un tweet",
    "no text": "pas de texte",
    "no post but a message: {said}": "pas un message publié, mais un avis : {said}",
    "no data": "pas de données",
    "{written!r} is no time such as 'Wed Aug 27 13:08:45 +0000 2008'": (
        "{written!r} n'est pas une heure comme 'Wed Aug 27 13:08:45 +0000 2008'"
    ),
    "{seconds} seconds since 1970 is no time": "{seconds} secondes depuis 1970 : pas une heure",
    "{written!r} names no zone that is known ({said}); known are {known}: give it another format, "
    "or an offset (%z)": (
        "{written!r} ne nomme pas de fuseau connu ({said}) ; connus : {known}. Donnez une autre "
        "forme, ou un décalage (%z)"
    ),
    "{written!r} has no offset from UTC; say 'timezone' in the mapping": (
        "{written!r} ne dit pas son décalage avec UTC ; dites 'timezone' dans la correspondance"
    ),
    "none": "aucun",
    "kind.{kind}: column {column!r} says {value!r}, so it is filled for other kinds, too; say "
    "which "
    "values mean it: {kind}: {{column: {column}, values: [WORD]}}": (
        "kind.{kind} : la colonne {column!r} dit {value!r}, elle est donc remplie pour d'autres "
        "genres aussi ; dites quelles valeurs le veulent dire : {kind}: {{column: {column}, "
        "values: "
        "[MOT]}}"
    ),
    "{field} is a {kind}, not a text": "{field} est un {kind}, et non un texte",
    "id {identity} lost its digits in a spreadsheet; map id: {{hash: [...]}} instead": (
        "l'id {identity} a perdu ses chiffres dans un tableur ; mettez plutôt id: {{hash: [...]}}"
    ),
    "'values' of the mapping's 'brand' does not name {written!r}": (
        "'values' de 'brand', dans la correspondance, ne nomme pas {written!r}"
    ),
    "{field} is {value!r}, not a count": "{field} est {value!r}, et non un compte",
    "{field} is {value!r:.100}, not a number": "{field} est {value!r:.100}, et non un nombre",
}

FAULTS: Final = {**BRANDS, **JUDGED, **ROUTES, **SETTINGS, **MAPPINGS, **FORMATS}
