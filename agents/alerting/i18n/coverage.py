"""Words for what is heard and what is not, on the page and in the channels of alerts."""

COVERAGE_EN = {
    "hear_title": "What is heard",
    "hear_all_one": "{brands} is heard, and complete up to {moment}.",
    "hear_all_many": "All {n} brands are heard, and complete up to {moment}.",
    "hear_recorded": "Recorded posts are read, and complete up to {moment}. What is said now is "
    "not heard.",
    "hear_every": "All {n} brands",
    "hear_mixed": "{n} of {all} brands are heard; of the others, only recorded posts are read.",
    "hear_some": "{n} of {all} brands are not heard in full, or not in time.",
    "hear_unread": "This page has had no answer from Kafka since {since}. What it shows may be "
    "old, and what rang since then is not on it.",
    "hear_line_heard": "heard up to {moment}",
    "hear_line_recorded": "recorded posts, up to {moment}; what is said now is not heard",
    "hear_line_behind": "{behind} behind; judged only up to {moment}",
    "hear_line_behind_never": "nothing is judged yet",
    "hear_line_blind": "blind since {since}; nothing comes from {sources}, the rest is heard up to "
    "{moment}",
    "hear_line_unheard": "not heard since {since}; no source sends anything",
    "hear_line_unheard_never": "not heard; no source has sent anything yet",
    "hear_line_unjudged": "nothing is judged since {since}; mentions wait, and no worker takes "
    "them",
    "hear_line_unjudged_never": "nothing is judged; mentions wait, and no worker takes them",
    "hear_more": "{names} and {n} more",
    "blind_blind": "{brands}: not heard in full since {since}; nothing comes from {sources}.{why} "
    "A crisis that starts there does not ring. Until this is over, look there yourselves.",
    "blind_unheard": "{brands}: not heard since {since}; no source sends anything.{why} A crisis "
    "that starts now does not ring. Until this is over, look yourselves.",
    "blind_unjudged": "{brands}: nothing is judged since {since}; mentions are kept, but no worker "
    "takes them. A crisis that starts now rings late. Until this is over, look yourselves.",
    "blind_unread": "{brands}: Kafka has not answered since {since}. Whatever rings does not reach "
    "this channel. Until this is over, look yourselves.",
    "blind_changed": "{brands}: still not heard, since {since}, and now for another reason.{why}",
    "look_first": "Look first: {brands}",
    "look_brand": "{brand} {links}",
    "look_under_way": "{brand} (something is under way there) {links}",
    "look_then": "; then ",
    "called_if_lasts": "If it lasts until {time}, {who} is called.",
    "blind_over_lost": "{brands}: heard again, {now}. What was said in the {duration} since "
    "{since} may be missing from the counts for good.",
    "blind_over_originals": "{brands}: heard again, {now}. Of what was said in the {duration} "
    "since {since}, originals were fetched; reposts are missing from the counts for good.",
    "blind_over_full": "{brands}: heard again, {now}. What was said in the {duration} since "
    "{since} was read afterwards; nothing is missing.",
    "blind_over_stopped": "{brands}: {sources} was stopped and is no longer waited for, {now}. "
    "Nothing was heard of it since {since}.",
    "blind_over_late": "{brands}: judged again, {now}. What was said in the {duration} since "
    "{since} was kept, and is judged by now.",
    "why_silent": "{source}: silent since {since}",
    "why_never_heard": "{source}: never heard since it was first started, {since}",
    "why_refused": "{source}: refused, and not heard since {since}",
    "why_unpaid": "{source}: the account is empty; not heard since {since}",
    "why_stopped": "{source}: stopped, {since}",
    "why_no_word": "{source}: its process does not run, or cannot reach Kafka, since {since}",
    "why_quoted": "{why} (“{because}”)",
}

COVERAGE_FR = {
    "hear_title": "Ce qu'on entend",
    "hear_all_one": "On entend {brands}, sans lacune. Dernière minute complète : {moment}.",
    "hear_all_many": "On entend les {n} marques, sans lacune. Dernière minute complète : {moment}.",
    "hear_recorded": "Lecture d'un enregistrement. Dernière minute complète : {moment}. Ce qui se "
    "dit en ce moment n'est pas entendu.",
    "hear_every": "Les {n} marques",
    "hear_mixed": "{n} marques sur {all} sont entendues ; des autres, on ne lit qu'un "
    "enregistrement.",
    "hear_some": "{n} marques sur {all} ne sont pas entendues, pas entièrement ou pas à temps.",
    "hear_unread": "Kafka ne répond plus à cette page. Dernière réponse : {since}. Ce qu'elle "
    "montre peut être dépassé, et ce qui a sonné depuis n'y est pas.",
    "hear_line_heard": "entendu ; dernière minute complète : {moment}",
    "hear_line_recorded": "enregistrement (dernière minute complète : {moment}) ; le direct n'est "
    "pas entendu",
    "hear_line_behind": "en retard de {behind} (dernière minute jugée : {moment})",
    "hear_line_behind_never": "rien n'est encore jugé",
    "hear_line_blind": "plus rien de {sources} (dernier signe : {since}) ; pour le reste, dernière "
    "minute complète : {moment}",
    "hear_line_unheard": "aucune source n'envoie plus rien (dernier signe : {since})",
    "hear_line_unheard_never": "aucune source n'a encore rien envoyé",
    "hear_line_unjudged": "plus rien n'est jugé (dernier signe : {since}) ; des messages "
    "attendent, et personne ne les traite (« tocsin worker »)",
    "hear_line_unjudged_never": "rien n'est jugé ; des messages attendent, et personne ne les "
    "traite (« tocsin worker »)",
    "hear_more": "{names} et {n} de plus",
    "blind_blind": "{brands} : écoute incomplète. Plus rien de {sources} depuis : {since}.{why} "
    "Une crise qui commence là ne sonnera pas. D'ici là, allez y voir vous-mêmes.",
    "blind_unheard": "{brands} : plus rien n'est entendu. Aucune source n'envoie rien depuis : "
    "{since}.{why} Une crise qui commence maintenant ne sonnera pas. D'ici là, allez voir "
    "vous-mêmes.",
    "blind_unjudged": "{brands} : plus rien n'est jugé depuis : {since}. Les messages sont gardés, "
    "mais personne ne les traite (« tocsin worker »). Une crise qui commence maintenant sonnera "
    "tard. D'ici là, allez voir vous-mêmes.",
    "blind_unread": "{brands} : Kafka ne répond plus. Dernière réponse : {since}. Ce qui sonne "
    "n'arrive pas ici. D'ici là, allez voir vous-mêmes.",
    "blind_changed": "{brands} : toujours pas d'écoute complète (début : {since}), mais la cause "
    "n'est plus la même.{why}",
    "look_first": "À regarder d'abord : {brands}",
    "look_brand": "{brand} {links}",
    "look_under_way": "{brand} (quelque chose y est en cours) {links}",
    "look_then": " ; puis ",
    "called_if_lasts": "Si cela dure jusqu'à {time}, on appelle {who}.",
    "blind_over_lost": "{brands} : de nouveau en écoute, {now}. Ce qui s'est dit pendant "
    "{duration} (début : {since}) peut manquer pour de bon.",
    "blind_over_originals": "{brands} : de nouveau en écoute, {now}. De ce qui s'est dit pendant "
    "{duration} (début : {since}), les messages originaux ont été récupérés ; les reprises "
    "manquent pour de bon.",
    "blind_over_full": "{brands} : de nouveau en écoute, {now}. Ce qui s'est dit pendant "
    "{duration} (début : {since}) a été lu après coup ; rien ne manque.",
    "blind_over_stopped": "{brands} : {sources} a été arrêté et n'est plus attendu, {now}. "
    "Dernier signe : {since}.",
    "why_silent": "{source} : silence (dernier signe : {since})",
    "why_never_heard": "{source} : jamais rien entendu (premier lancement : {since})",
    "why_refused": "{source} : accès refusé (dernier signe : {since})",
    "why_unpaid": "{source} : compte épuisé (dernier signe : {since})",
    "why_stopped": "{source} : arrêté ({since})",
    "why_no_word": "{source} : le programme ne tourne pas ou n'atteint pas Kafka (dernier signe : "
    "{since})",
    "why_quoted": "{why}, réponse reçue : « {because} »",
    "blind_over_late": "{brands} : de nouveau jugé, {now}. Ce qui s'est dit pendant "
    "{duration} (début : {since}) était gardé, et est jugé à présent.",
}
