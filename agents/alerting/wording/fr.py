"""Alerts in French. Typed plainly: ``french`` sets the spaces and apostrophes afterwards."""

from collections.abc import Mapping

from agents.alerting.wording.typeset import french
from agents.alerting.wording.words import Sentence, Words


def _set(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: french(text) for key, text in texts.items()}


_REASONS = {
    "surge": Sentence(
        "times",
        "Les dernières minutes apportent {value} plus de mentions que d'habitude.",
        "Les dernières minutes apportent {value} plus de mentions qu'avant.",
    ),
    "acceleration": Sentence(
        "times",
        "Les mentions arrivent {value} plus vite qu'un peu plus tôt.",
        "Les mentions arrivent {value} plus vite qu'un peu plus tôt.",
    ),
    "negative_shift": Sentence(
        "share",
        "{value} de messages négatifs, contre {normal} d'habitude.",
        "{value} de messages négatifs.",
    ),
    "repost_share": Sentence(
        "share",
        "{value} des messages sont des reposts, contre {normal} d'habitude.",
        "{value} des messages sont des reposts : on fait passer.",
    ),
    "new_author_share": Sentence(
        "share",
        "{value} des auteurs n'avaient jamais parlé de la marque, contre {normal} d'habitude.",
        "{value} des auteurs n'avaient jamais parlé de la marque.",
    ),
    "concentration": Sentence(
        "share",
        "{value} des messages portent la même chose ({detail}), contre {normal} d'habitude.",
        "{value} des messages portent la même chose ({detail}).",
    ),
    "language_spread": Sentence(
        "number",
        "On en parle en {value} langues, contre {normal} d'habitude.",
        "On en parle en {value} langues.",
    ),
    "first_person_drop": Sentence(
        "share",
        "Seuls {value} des messages racontent une expérience vécue, contre {normal} d'habitude.",
        "Seuls {value} des messages racontent une expérience vécue.",
    ),
    "outrage": Sentence(
        "share",
        "{value} des messages crient au scandale, contre {normal} d'habitude.",
        "{value} des messages crient au scandale.",
    ),
    "boycott": Sentence(
        "share",
        "{value} des messages appellent au boycott, contre {normal} d'habitude.",
        "{value} des messages appellent au boycott.",
    ),
    "complaint": Sentence(
        "share",
        "{value} de réclamations sur un produit ou le service, contre {normal} d'habitude.",
        "{value} de réclamations sur un produit ou le service.",
    ),
    "positive_share": Sentence(
        "share",
        "{value} de messages positifs, contre {normal} d'habitude.",
        "{value} de messages positifs.",
    ),
}

FRENCH = Words(
    code="fr",
    colon=french(" :"),
    decimal=",",
    thousands="\u202f",
    share=french("{} %"),
    clock="{hour}\u00a0h\u00a0{minute:02} UTC",
    months=(
        "janv.",
        "févr.",
        "mars",
        "avril",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    plural_from=2,
    zero_is_singular=True,
    severities=((9, "critique"), (7, "grave"), (5, "sérieux"), (3, "modéré"), (1, "mineur")),
    sureness=(
        (0.95, "presque certain"),
        (0.8, "très probable"),
        (0.6, "plutôt probable"),
        (0.0, "incertain"),
    ),
    states={
        "open": "nouvelle alerte",
        "escalating": "s’aggrave",
        "peaking": "au plus fort",
        "fading": "retombe",
        "resolved": "terminé",
        "reopened": "repart",
        "dismissed": "sans gravité",
    },
    reasons={
        code: Sentence(sentence.unit, french(sentence.text), french(sentence.bare))
        for code, sentence in _REASONS.items()
    },
    rules=_set({}),
    patterns={"nestle-greenpeace-2010": "Nestlé/Greenpeace 2010"},
    lessons=_set(
        {
            "nestle-greenpeace-2010": (
                "En 2010, c'est en faisant retirer la vidéo et en répondant sèchement que Nestlé a "
                "provoqué la deuxième vague, plus forte : ne rien supprimer, ne pas polémiquer."
            ),
        }
    ),
    languages={
        "ar": "arabe",
        "de": "allemand",
        "en": "anglais",
        "es": "espagnol",
        "fr": "français",
        "hi": "hindi",
        "id": "indonésien",
        "it": "italien",
        "ja": "japonais",
        "ko": "coréen",
        "nl": "néerlandais",
        "pl": "polonais",
        "pt": "portugais",
        "ru": "russe",
        "th": "thaï",
        "tr": "turc",
        "und": "inconnue",
        "zh": "chinois",
    },
    causes=_set(
        {
            "disconnect": "connexion perdue",
            "broker_away": "Kafka injoignable",
            "budget": "quota de posts épuisé",
            "rate_limit": "limite de débit",
            "restart": "redémarrage",
            "overload": "surcharge",
            "other": "autre cause",
        }
    ),
    recoveries=_set(
        {
            "none": "rien n'a été récupéré",
            "full": "tout a été récupéré depuis",
            "originals_only": "récupéré depuis, mais sans les reposts",
        }
    ),
    texts=_set(
        {
            "times_one": "{n} fois",
            "times_many": "{n} fois",
            "seconds_one": "{n} s",
            "seconds_many": "{n} s",
            "minutes_one": "{n} min",
            "minutes_many": "{n} min",
            "hours_one": "{n} h",
            "hours_many": "{n} h",
            "days_one": "{n} jour",
            "days_many": "{n} jours",
            "weeks_one": "{n} semaine",
            "weeks_many": "{n} semaines",
            "months_one": "{n} mois",
            "months_many": "{n} mois",
            "years_one": "{n} an",
            "years_many": "{n} ans",
            "once_in": "environ une fois en {period}",
            "rarer_than": "moins d'une fois en {period}",
            "headline": "{brand} : {word} ({severity}/10), {state}. {likeness}",
            "like": "Ressemble à {pattern}",
            "like_harmless": "Au plus près d'un épisode sans gravité : {pattern}",
            "like_nothing": "Ne ressemble à aucun épisode connu",
            "label_volume": "Mentions",
            "volume": "{hour} en une heure, {ratio} l'habitude ({usual})",
            "volume_unusual": "{hour} en une heure ; niveau habituel pas encore connu",
            "volume_more": "{ten} dans les 10 dernières min, {total} depuis le début",
            "rarity": "niveau atteint {period}",
            "label_negative": "Négatif",
            "negative": "{share} des messages, {usual} d'habitude",
            "label_since": "Depuis",
            "since": "{moment} ({duration})",
            "since_local": "à votre heure : {token}",
            "label_sure": "Certitude",
            "sure": "crise : {words} ({confidence})",
            "odds_for": "{odds} contre 1 en faveur d'une crise",
            "odds_against": "{odds} contre 1 en faveur d'un épisode sans gravité",
            "nearest": "Épisodes les plus proches : {episodes}.",
            "nearest_item": "{pattern} (à {phase} de son cours)",
            "nearest_harmless": "{pattern} (sans gravité)",
            "heading_why": "Pourquoi cette alerte",
            "heading_against": "Ce qui parle contre",
            "heading_drivers": "Ce qui l'alimente",
            "heading_examples": "Ce qui se dit",
            "heading_seen": "Ce qui a été vu",
            "heading_do": "Que faire maintenant",
            "reason_unknown": "{code} : {value}, contre {normal} d'habitude.",
            "reason_unknown_bare": "{code} : {value}.",
            "rule_unknown": "Règle : {rule}.",
            "drivers_hashtags": "Hashtags",
            "drivers_links": "Liens",
            "drivers_authors": "Les plus actifs",
            "drivers_handles": "Comptes cités",
            "drivers_languages": "Langues",
            "drivers_terms": "Mots",
            "drivers_item": "{what} ({n})",
            "drivers_none": "Rien ne ressort.",
            "seen_all": "Tout, depuis le début, par toutes les sources.",
            "seen_part": "{coverage} seulement du temps écoulé : les chiffres sont trop bas.",
            "seen_gap": "Manque : de {start} à {end} ({cause} ; {recovery}).",
            "seen_gaps_more_one": "Et {n} autre trou.",
            "seen_gaps_more_many": "Et {n} autres trous.",
            "seen_blind": "Sources muettes, dont on ne sait donc rien : {sources}.",
            "seen_sampled": "La source est un échantillon : les chiffres sont estimés.",
            "followers_one": "{n} abonné",
            "followers_many": "{n} abonnés",
            "kind_original": "",
            "kind_repost": "repost",
            "kind_reply": "réponse",
            "kind_quote": "citation",
            "open_post": "ouvrir",
            "no_examples": "Aucun exemple n'a été gardé.",
            "do_decide": "Réveiller qui décide de la communication : à trancher dans l'heure.",
            "do_prepare": "Lire les exemples et le lien principal ; décider qui répond, et si l'on "
            "répond.",
            "do_watch": "Rien à décider encore ; revoir si l'alerte s'aggrave.",
            "do_over": "Plus rien à faire ; noter à chaud ce qui a marché.",
            "do_easing": "Ne pas relancer : pas de nouvelle prise de parole sans fait nouveau.",
            "do_one_voice": "La réponse de la marque a été suivie d'une deuxième vague : arrêter les "
            "réponses isolées.",
            "do_doubt": "Cela peut encore être sans gravité : vérifier avant de réveiller "
            "quelqu'un.",
            "next": "Ce message se tient à jour ; chaque évolution est dite dans son fil.",
            "footer": "Incident {incident}, étape {step}, état au {moment}. Modèle de tonalité : {model}.",
            "change": "{state} : gravité {before} → {after}/10, {time}",
            "change_same": "{state} : gravité toujours {after}/10, {time}",
            "change_volume": "{hour} mentions en une heure (avant : {hour_before}), "
            "{share} de messages négatifs (avant : {share_before}).",
            "change_volume_first": "{hour} mentions en une heure, {share} de messages négatifs.",
            "change_total": "{total} mentions en {duration} ; pic : {peak}.",
        }
    ),
)
