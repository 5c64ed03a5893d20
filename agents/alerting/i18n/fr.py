"""Alerts in French. Typed plainly: ``french`` sets the spaces and apostrophes afterwards."""

from collections.abc import Mapping

from agents.alerting.i18n.calls import CALLS_FR
from agents.alerting.i18n.digest import DIGEST_FR
from agents.alerting.i18n.drivers import DRIVERS_FR
from agents.alerting.i18n.episodes import episode_lessons, episode_names, episode_waves
from agents.alerting.i18n.labels import LABELS_FR
from agents.alerting.i18n.levels import (
    LEVEL_RULES_FR,
    LEVEL_STATES_FR,
    LEVEL_TEXTS_FR,
    TERMS_FR,
)
from agents.alerting.i18n.outlook import OUTLOOK_FR
from agents.alerting.i18n.page import PAGE_FR
from agents.alerting.i18n.typeset import french
from agents.alerting.i18n.words import ReasonSentence, Words
from pipeline.detection.detector.severity import SeverityBand


def _set(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: french(text) for key, text in texts.items()}


_REASONS = {
    **TERMS_FR,
    "surge": ReasonSentence(
        "times",
        "En dernier lieu, {value} le nombre habituel de mentions.",
        "En dernier lieu, {value} le nombre habituel de mentions.",
    ),
    "acceleration": ReasonSentence(
        "times",
        "Rythme : {value} celui d'un peu plus tôt.",
        "Rythme : {value} celui d'un peu plus tôt.",
    ),
    "negative_shift": ReasonSentence(
        "share",
        "{value} de messages négatifs dans l'afflux, contre {normal} d'habitude.",
        "{value} de messages négatifs dans l'afflux.",
    ),
    "positive_share": ReasonSentence(
        "share",
        "{value} de messages positifs dans l'afflux, contre {normal} d'habitude.",
        "{value} de messages positifs dans l'afflux.",
    ),
    "repost_share": ReasonSentence(
        "share",
        "{value} de reposts dans l'afflux, contre {normal} d'habitude.",
        "{value} de reposts dans l'afflux.",
    ),
    "reply_share": ReasonSentence(
        "share",
        "{value} de réponses dans l'afflux, contre {normal} d'habitude.",
        "{value} de réponses dans l'afflux.",
    ),
    "new_author_share": ReasonSentence(
        "share",
        "{value} de l'afflux vient d'auteurs nouveaux pour la marque, contre {normal} d'habitude.",
        "{value} de l'afflux vient d'auteurs nouveaux pour la marque.",
    ),
    "first_person_drop": ReasonSentence(
        "share",
        "{value} de récits vécus dans l'afflux, contre {normal} d'habitude.",
        "{value} de récits vécus dans l'afflux.",
    ),
    "complaint": ReasonSentence(
        "share",
        "{value} de réclamations (produit, service) dans l'afflux, contre {normal} d'habitude.",
        "{value} de réclamations (produit, service) dans l'afflux.",
    ),
    "outrage": ReasonSentence(
        "share",
        "{value} de messages indignés dans l'afflux, contre {normal} d'habitude.",
        "{value} de messages indignés dans l'afflux.",
    ),
    "boycott": ReasonSentence(
        "share",
        "{value} d'appels au boycott dans l'afflux, contre {normal} d'habitude.",
        "{value} d'appels au boycott dans l'afflux.",
    ),
    "takedown": ReasonSentence(
        "share",
        "{value} de l'afflux parle de suppression ou de censure, contre {normal} d'habitude.",
        "{value} de l'afflux parle de suppression ou de censure.",
    ),
    "sad_news": ReasonSentence(
        "share",
        "{value} de messages de deuil ou de malheur dans l'afflux, contre {normal} d'habitude.",
        "{value} de messages de deuil ou de malheur dans l'afflux.",
    ),
    "concentration": ReasonSentence(
        "share",
        "{value} de l'afflux porte la même chose : {detail} ; d'habitude {normal}.",
        "{value} de l'afflux porte la même chose : {detail}.",
    ),
    "repeat_share": ReasonSentence(
        "share",
        "{value} des derniers messages viennent d'auteurs qui y ont déjà écrit ; "
        "d'habitude {normal}.",
        "{value} des derniers messages viennent d'auteurs qui y ont déjà écrit.",
    ),
    "language_spread": ReasonSentence(
        "number",
        "On en parle dans l'équivalent de {value} langues, contre {normal} d'habitude.",
        "On en parle dans l'équivalent de {value} langues.",
    ),
    "false_alarms": ReasonSentence(
        "share",
        "De fausses alertes passées laissent à cette ressemblance {value} de son poids.",
        "De fausses alertes passées laissent à cette ressemblance {value} de son poids.",
    ),
    "course": ReasonSentence(
        "none",
        "Son déroulement jusqu'ici va dans le même sens.",
        "Son déroulement jusqu'ici va dans le même sens.",
    ),
}

FRENCH = Words(
    code="fr",
    colon=french(" :"),
    decimal=",",
    thousands="\u202f",
    share=french("{} %"),
    clock="{hour}\u00a0h\u00a0{minute:02} {zone}",
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
    severities={
        SeverityBand.EXTREME: "critique",
        SeverityBand.SEVERE: "grave",
        SeverityBand.SERIOUS: "sérieux",
        SeverityBand.MODERATE: "modéré",
        SeverityBand.MINOR: "mineur",
    },
    states={
        "open": "nouvelle alerte",
        "escalating": "s’aggrave",
        "peaking": "au plus fort",
        "fading": "retombe",
        "resolved": "terminé",
        "reopened": "repart",
        **LEVEL_STATES_FR,
    },
    reasons={
        code: ReasonSentence(sentence.unit, french(sentence.text), french(sentence.bare))
        for code, sentence in _REASONS.items()
    },
    rules=_set(
        {
            **LEVEL_RULES_FR,
            "crisis_pattern": "Tant de voix critiques indépendantes sont rares pour cette marque, "
            "et ce qu'elles disent ressemble à une crise.",
            "slow_burn": "Peu de voix critiques à la fois, mais depuis des heures, et du genre "
            "d'une crise.",
            "early_crisis_pattern": "L'habitude de la marque est encore en apprentissage ; "
            "l'alerte sonne quand même, car les indices sont forts.",
            "history_crisis_pattern": "Voix rares au regard des chiffres passés qui ont été "
            "fournis ; le ton habituel de la marque est encore en apprentissage, et l'alerte sonne "
            "car les indices sont forts.",
            "growing": "Cela continue de monter.",
            "larger": "Quelque chose de plus grand commence : deux fois plus de voix critiques "
            "qu'à la dernière alerte.",
            "second_wave": "Après un reflux, une deuxième vague monte.",
            "wave_after_reply": "Une nouvelle vague a suivi un message des comptes de la marque.",
            "no_longer_growing": "Pas de nouveau maximum depuis un moment.",
            "falling": "Retombé loin du pic.",
            "back_to_normal": "Revenu près du niveau habituel.",
            "too_long": "Clos à la durée maximale, sans retour à la normale.",
            "renewed": "C'est reparti peu après la fin.",
            "acknowledged": "Quelqu'un s'en occupe.",
            "snoozed": "Le silence a été demandé.",
            "unsnoozed": "Le temps du silence est passé.",
            "snooze_broken": "La gravité a trop monté pour le silence demandé.",
            "false_alarm": "Signalé comme fausse alerte.",
            "missed": "Quelqu'un dit que l'alerte aurait dû sonner.",
        }
    ),
    patterns=_set(episode_names("fr")),
    lessons=_set(episode_lessons("fr")),
    waves=_set(episode_waves("fr")),
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
            "expired": "des messages ont disparu de Kafka avant d'être lus",
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
            **DRIVERS_FR,
            **CALLS_FR,
            **DIGEST_FR,
            **LABELS_FR,
            **LEVEL_TEXTS_FR,
            **OUTLOOK_FR,
            **PAGE_FR,
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
            "rarity_originals": "messages écrits, hors partages : niveau atteint {period}",
            "label_negative": "Négatif",
            "negative": "{share} de l'afflux, {usual} d'habitude",
            "label_by_source": "Par source",
            "by_source": "{source} {mentions} ({share} négatifs)",
            "label_since": "Depuis",
            "since": "{moment} ({duration})",
            "since_local": "à votre heure : {token}",
            "label_sure": "Certitude",
            "nearest": "Épisodes les plus proches : {episodes}.",
            "nearest_item": "{pattern} (à {phase} de son cours)",
            "nearest_harmless": "{pattern} (sans gravité)",
            "heading_why": "Ce qui a décidé",
            "heading_against": "Ce qui parle contre",
            "heading_drivers": "Ce qui l'alimente",
            "heading_examples": "Ce qui se dit",
            "heading_seen": "Ce qui a été vu",
            "one_post": "un même message reposté",
            "course_against": "Son déroulement jusqu'ici paraissait plus anodin.",
            "reason_unknown": "{code} : {value}, contre {normal} d'habitude.",
            "reason_unknown_bare": "{code} : {value}.",
            "rule_unknown": "Règle : {rule}.",
            "drivers_hashtags": "Hashtags",
            "drivers_authors": "Les plus actifs",
            "drivers_handles": "Comptes cités",
            "drivers_languages": "Langues",
            "drivers_terms": "Mots",
            "drivers_item": "{what} ({n})",
            "drivers_none": "Rien ne ressort.",
            "seen_all": "Tout, depuis le début, par toutes les sources.",
            "seen_part": "{coverage} seulement du temps écoulé : chiffres peut-être trop bas.",
            "seen_gap": "Manque : {start} – {end} ({cause} ; {recovery}).",
            "seen_gaps_more_one": "Et {n} autre trou.",
            "seen_gaps_more_many": "Et {n} autres trous.",
            "seen_blind": "Sources muettes, dont on ne sait donc rien : {sources}.",
            "seen_sampled": "La source est un échantillon : les chiffres sont estimés.",
            "seen_history": "L'habitude n'est connue que par des chiffres passés : l'écoute est "
            "trop récente pour connaître le ton de la marque.",
            "seen_quarantined": "Horloge fausse, des messages peuvent manquer : {sources}.",
            "seen_future": "{share} des messages, datés du futur, n'ont pas été comptés.",
            "seen_late": "{share} des messages sont arrivés trop tard pour être comptés.",
            "seen_behind": "Décidé {duration} après les faits ; certitude abaissée d'autant.",
            "seen_behind_long": "Décidé plus d'un jour après les faits : une relecture, ou une "
            "longue panne.",
            "heading_hands": "Entre quelles mains",
            "hands_ack": "Pris en charge par {by}, {time}.",
            "hands_snoozed": "Mis en veille par {by} ; fin : {time}, ou dès la gravité {severity}.",
            "hands_broken": "La veille demandée par {by} est rompue : la gravité est passée de "
            "{before} à {after}.",
            "hands_woken": "La veille demandée par {by} est finie.",
            "hands_false": "Signalé comme fausse alerte par {by}, {time}.",
            "hands_note": "{by} : « {note} »",
            "button_ack": "Je m'en occupe",
            "button_snooze": "Silence pour 2 h",
            "button_false": "Fausse alerte",
            "confirm_title": "Une fausse alerte ?",
            "confirm_text": "Elle sera close, et pour cette marque la prochaine du même genre "
            "devra être mieux étayée.",
            "confirm_yes": "Oui, fausse",
            "confirm_no": "Pas sûr",
            "label_learned": "Appris des fausses alertes",
            "learned_budget": "Pour cette marque, un volume doit être {times} aussi rare pour "
            "être examiné.",
            "learned_weight": "La ressemblance à {pattern} compte pour {share} de son poids.",
            "said_acknowledged": "pris en charge",
            "said_snoozed": "mis en veille",
            "said_unsnoozed": "fin de veille",
            "said_snooze_broken": "veille rompue",
            "said_false_alarm": "fausse alerte",
            "said_missed": "aurait dû sonner",
            "hands_missed": "L'alerte aurait dû sonner, dit {by}, {time}.",
            "learned_lenient": "Pour cette marque, ce qui sonne peut à présent être {times} plus "
            "courant.",
            "followers_one": "{n} abonné",
            "followers_many": "{n} abonnés",
            "kind_original": "",
            "kind_repost": "repost",
            "kind_reply": "réponse",
            "kind_quote": "citation",
            "open_post": "ouvrir",
            "do_over": "Plus rien à faire ; noter à chaud ce qui a marché.",
            "do_false": "Rien à faire ; ce qu'elle a appris est dit sous les chiffres des "
            "prochaines alertes.",
            "do_easing": "Ne pas relancer : pas de nouvelle prise de parole sans fait nouveau.",
            "do_one_voice": "La réponse de la marque a été suivie d'une nouvelle vague : arrêter "
            "les réponses isolées.",
            "next": "Ce message se tient à jour ; chaque évolution est dite dans son fil.",
            "footer": "Incident {incident}, étape {step}, état au {moment}. Modèle de "
            "tonalité : {model}.",
            "change": "{state} : gravité {before} → {after}/10, {time}",
            "change_same": "{state} : gravité toujours {after}/10, {time}",
            "change_volume": "{hour} mentions en une heure (avant : {hour_before}), "
            "{share} de négatif dans l'afflux (avant : {share_before}).",
            "change_total": "{total} mentions en {duration} ; pic : {peak}.",
        }
    ),
)
