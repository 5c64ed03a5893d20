"""Words for what is heard and what is not, on the page."""

HEARING_EN = {
    "hear_title": "What is heard",
    "hear_all_one": "{brands} is heard, and complete up to {moment}.",
    "hear_all_many": "All {n} brands are heard, and complete up to {moment}.",
    "hear_recorded": "Recorded posts are read, and complete up to {moment}. What is said now is "
    "not heard.",
    "hear_not_one": "{brands} is not heard in full.",
    "hear_not_many": "{n} of {all} brands are not heard in full.",
    "hear_unread": "This page has had no answer from Kafka since {since}. What it shows may be "
    "old, and what rang since then is not on it.",
    "hear_line_heard": "Heard up to {moment}",
    "hear_line_recorded": "Recorded posts, up to {moment}; what is said now is not heard",
    "hear_line_behind": "{behind} behind: judged only up to {moment}",
    "hear_line_behind_never": "Nothing is judged yet",
    "hear_line_blind": "Blind since {since}: nothing comes from {sources}; the rest is heard up to "
    "{moment}",
    "hear_line_unheard": "Not heard since {since}: no source sends anything",
    "hear_line_unheard_never": "Not heard: no source has sent anything yet",
    "hear_line_unjudged": "Nothing is judged since {since}: mentions wait, and no worker "
    "takes them",
    "hear_line_unjudged_never": "Nothing is judged: mentions wait, and no worker takes them",
    "hear_more": "{names} and {n} more",
}

HEARING_FR = {
    "hear_title": "Ce qu'on entend",
    "hear_all_one": "On entend {brands} ; rien ne manque jusqu'à {moment}.",
    "hear_all_many": "On entend les {n} marques ; rien ne manque jusqu'à {moment}.",
    "hear_recorded": "Lecture d'un enregistrement, complet jusqu'à {moment}. Ce qui se dit en ce "
    "moment n'est pas entendu.",
    "hear_not_one": "On n'entend pas tout ce qui se dit de {brands}.",
    "hear_not_many": "{n} marques sur {all} ne sont pas entendues, ou pas entièrement.",
    "hear_unread": "Kafka ne répond plus à cette page. Dernière réponse : {since}. Ce qu'elle "
    "montre peut être dépassé, et ce qui a sonné depuis n'y est pas.",
    "hear_line_heard": "Entendu jusqu'à {moment}",
    "hear_line_recorded": "Enregistrement, jusqu'à {moment} ; le direct n'est pas entendu",
    "hear_line_behind": "En retard de {behind} : jugé jusqu'à {moment} seulement",
    "hear_line_behind_never": "Rien n'est encore jugé",
    "hear_line_blind": "Plus rien de {sources} depuis : {since} ; le reste est entendu jusqu'à "
    "{moment}",
    "hear_line_unheard": "Aucune source n'envoie plus rien depuis : {since}",
    "hear_line_unheard_never": "Aucune source n'a encore rien envoyé",
    "hear_line_unjudged": "Plus rien n'est jugé depuis : {since} ; des messages attendent, et "
    "personne ne les traite (« tocsin worker »)",
    "hear_line_unjudged_never": "Rien n'est jugé : des messages attendent, et personne ne les "
    "traite (« tocsin worker »)",
    "hear_more": "{names} et {n} de plus",
}
