"""What a form that asks about posts says, in both languages. Typed plainly, as fr.py is."""

LABELS_EN = {
    "button_label": "Label posts",
    "labels_title": "Label posts",
    "labels_save": "Save",
    "labels_cancel": "Cancel",
    "labels_close": "Close",
    "labels_ask": "What does each post say about {brand}? It is the post that counts, not "
    "how sad or glad its news is. Leave open what you are not sure of.",
    "labels_kept": "Tocsin learns from your answers. They are kept with your Slack id.",
    "labels_post": "Post {n}",
    "labels_attack": "Does post {n} attack the brand?",
    "say_negative": "Critical",
    "say_negative_hint": "accuses, complains, mocks, calls for a boycott",
    "say_neutral": "Neutral",
    "say_neutral_hint": "reports, asks, or is not about the brand",
    "say_positive": "Positive",
    "say_positive_hint": "praises, defends, thanks",
    "say_attack": "Attack",
    "say_attack_hint": "accuses it of wrong, mocks it, calls to act against it",
    "say_no_attack": "No attack",
    "say_no_attack_hint": "complains of service, tells news, or means somebody else",
    "labels_none": "The posts of this incident are not known here. If Tocsin has just "
    "started, try again in a minute; after sixty days they cannot be labelled any more.",
    "labels_empty": "Answer for at least one post.",
    "labels_lost": "Not kept: Kafka did not take it in time. Save again in a minute; the "
    "same answer counts once.",
    "labels_unknown": "This post is no longer known here. Close this and open it again.",
}

LABELS_FR = {
    "button_label": "Étiqueter les messages",
    "labels_title": "Étiqueter les messages",
    "labels_save": "Enregistrer",
    "labels_cancel": "Annuler",
    "labels_close": "Fermer",
    "labels_ask": "Que dit chaque message de {brand} ? C'est le message qui compte, et "
    "non si la nouvelle est triste ou gaie. En cas de doute, ne pas répondre.",
    "labels_kept": "Tocsin apprend de vos réponses. Elles sont gardées avec votre "
    "identifiant Slack.",
    "labels_post": "Message {n}",
    "labels_attack": "Le message {n} attaque-t-il la marque ?",
    "say_negative": "Critique",
    "say_negative_hint": "accuse, se plaint, se moque, appelle au boycott",
    "say_neutral": "Neutre",
    "say_neutral_hint": "informe, demande, ou ne parle pas de la marque",
    "say_positive": "Positif",
    "say_positive_hint": "loue, défend, remercie",
    "say_attack": "Attaque",
    "say_attack_hint": "l'accuse, se moque d'elle, appelle à agir contre elle",
    "say_no_attack": "Pas une attaque",
    "say_no_attack_hint": "se plaint du service, informe, ou vise quelqu'un d'autre",
    "labels_none": "Les messages de cet incident ne sont pas connus ici. Si Tocsin vient "
    "de démarrer, réessayez dans une minute ; après soixante jours, ils ne peuvent plus "
    "être étiquetés.",
    "labels_empty": "Répondez pour au moins un message.",
    "labels_lost": "Non enregistré : Kafka n'a pas répondu à temps. Enregistrez de "
    "nouveau dans une minute ; la même réponse ne compte qu'une fois.",
    "labels_unknown": "Ce message n'est plus connu ici. Fermez, puis ouvrez de nouveau.",
}
