"""Heads-up and ring in words: what decided, what would make it ring, and why it never did."""

from agents.alerting.i18n.words import ReasonSentence


def _shares(texts: dict[str, str], usual: str) -> dict[str, ReasonSentence]:
    """Sentences of shares; ``usual`` is the end of each that tells of what is usual."""
    return {
        code: ReasonSentence("share", f"{text}{usual}.", f"{text}.") for code, text in texts.items()
    }


LEVEL_TEXTS_EN = {
    "headline_heads_up": "{brand}: heads-up since {time}, nothing rings yet. {likeness}",
    "headline_dismissed": "{brand}: heads-up over, it never rang. {likeness}",
    "headline_rang": "{brand}: this heads-up rang at {time}; see the alert below",
    "voices": "{voices} independent hostile voices in the last hour, usually {usual}.",
    "severity_range": "it may end anywhere from {low} to {high}",
    "heading_like": "What it is like",
    "label_severity": "Severity",
    "severity_now": "{severity}/10",
    "do_read": "Nobody needs to be woken. Read what they say; it will tell if it rings.",
    "do_nothing": "Nothing: it is over, and it never rang.",
    "watched_critic": "@{handle}'s post has been passed on or answered {count} times.",
    "watched_ratioed": "@{handle}'s post has been answered {count} times, far more than it was "
    "passed on.",
    "watched_campaign": "@{handle} has written to {count} accounts about the brand within a day.",
    "open_watched": "Open @{handle}'s post",
}
LEVEL_STATES_EN = {"noticed": "heads-up", "dismissed": "over, never rang"}
LEVEL_RULES_EN = {
    "rare_voices": "So many independent critical voices are rare for this brand.",
    "passed_on": "One post about the brand is passed on as rarely happens.",
    "attack_passed_on": "One post that attacks the brand is passed on as rarely happens.",
    "attack_spreads": "A post that attacks the brand is spreading as rarely happens, and what is "
    "said around it is of the kind of a crisis.",
    "stirs_again": "An incident that was over stirs again.",
    "critic_spreads": "A critic's post about the brand begins to spread.",
    "own_post_ratioed": "A post of the brand's own is answered by many and passed on by few.",
    "lone_campaign": "One person writes to one account after another about the brand.",
    "harmless_kind": "It was rare, but what was said is not of the kind of a crisis.",
    "not_rare_enough": "It was of the kind of a crisis, but too few spoke of their own accord.",
    "unproven": "It was rare, and of the kind of a crisis, but not enough of both together.",
    "still_learning": "It would have been enough for a brand that is known for longer than a day.",
    "went_no_further": "What the watch list told of went no further.",
}
TERMS_EN = _shares(
    {
        "negative": "{value} of the extra posts sound negative",
        "positive": "{value} of the extra posts sound positive",
        "praise": "{value} of the extra posts praise",
        "accusing": "{value} of the extra posts accuse in plain words",
        "attacking": "{value} of the extra posts attack the brand",
        "fierce": "{value} of the extra posts attack it fiercely",
        "addressed": "{value} of the extra posts are addressed to the brand",
        "sad": "{value} of the extra posts are of grief or misfortune",
        "attacks_passed_on": "{value} of the extra reposts pass on attacks",
        "negative_passed_on": "{value} of the extra reposts pass on negative posts",
        "leading_post": "The post that leads reads as an attack with {value}",
        "sample": "{value} of the posts read carefully attack the brand",
        "off_topic": "The post that leads reads as being about something else with {value}",
        "passed_on": "{value} of the extra voices pass on what others said",
        "rivals": "{value} of the extra voices name a rival",
    },
    ", against {normal} usually",
)

LEVEL_TEXTS_FR = {
    "headline_heads_up": "{brand} : pré-alerte depuis : {time}, rien ne sonne encore. {likeness}",
    "headline_dismissed": "{brand} : pré-alerte terminée, rien n'a sonné. {likeness}",
    "headline_rang": "{brand} : cette pré-alerte a sonné ({time}) ; voir l'alerte plus bas",
    "voices": "{voices} voix hostiles indépendantes en une heure, contre {usual} d'habitude.",
    "severity_range": "peut finir entre {low} et {high}",
    "heading_like": "À quoi cela ressemble",
    "label_severity": "Gravité",
    "severity_now": "{severity}/10",
    "do_read": "Inutile de réveiller quelqu'un. Lire ce qui se dit ; si cela sonne, ce sera dit.",
    "do_nothing": "Rien : c'est terminé, et rien n'a sonné.",
    "watched_critic": "Un message de @{handle} a été relayé ou commenté {count} fois.",
    "watched_ratioed": "Un message de @{handle} a reçu {count} réponses, bien plus que de reposts.",
    "watched_campaign": "@{handle} a interpellé {count} comptes au sujet de la marque en un jour.",
    "open_watched": "Ouvrir le message de @{handle}",
}
LEVEL_STATES_FR = {"noticed": "pré-alerte", "dismissed": "terminé sans alerte"}
LEVEL_RULES_FR = {
    "rare_voices": "Tant de voix critiques indépendantes sont rares pour cette marque.",
    "passed_on": "Un message sur la marque circule comme il est rare d'en voir.",
    "attack_passed_on": "Un message qui attaque la marque circule comme il est rare d'en voir.",
    "attack_spreads": "Un message qui attaque la marque se répand comme il est rare d'en voir, et "
    "ce qu'on en dit est du genre d'une crise.",
    "stirs_again": "Un incident terminé remue de nouveau.",
    "critic_spreads": "Le message d'un détracteur sur la marque commence à circuler.",
    "own_post_ratioed": "Un message de la marque attire les réponses, et presque pas de reposts.",
    "lone_campaign": "Une même personne interpelle un compte après l'autre au sujet de la marque.",
    "harmless_kind": "C'était rare, mais les propos ne sont pas ceux d'une crise.",
    "not_rare_enough": "C'étaient des propos de crise, mais trop peu de gens parlaient "
    "d'eux-mêmes.",
    "unproven": "C'était rare, avec des propos de crise, mais pas assez des deux à la fois.",
    "still_learning": "Cela aurait suffi pour une marque connue depuis plus d'un jour.",
    "went_no_further": "Ce que la liste de surveillance avait repéré est resté sans suite.",
}
TERMS_FR = _shares(
    {
        "negative": "{value} de l'afflux est négatif",
        "positive": "{value} de l'afflux est positif",
        "praise": "{value} de l'afflux fait l'éloge de la marque",
        "accusing": "{value} de l'afflux accuse en toutes lettres",
        "attacking": "{value} de l'afflux s'en prend à la marque",
        "fierce": "{value} de l'afflux s'en prend à elle avec virulence",
        "addressed": "{value} de l'afflux s'adresse à la marque",
        "sad": "{value} de l'afflux parle de deuil ou de malheur",
        "attacks_passed_on": "{value} des reposts en plus relaient des attaques",
        "negative_passed_on": "{value} des reposts en plus relaient des messages négatifs",
        "leading_post": "Le message de tête se lit comme une attaque à {value}",
        "sample": "{value} des messages lus avec attention attaquent la marque",
        "off_topic": "Le message de tête parle d'autre chose à {value}",
        "passed_on": "{value} des voix en plus relaient ce que d'autres ont dit",
        "rivals": "{value} des voix en plus citent un concurrent",
    },
    ", contre {normal} d'habitude",
)
