"""What the web page says, and what is said anywhere where an alert cannot be told in full."""

from agents.alerting.i18n.coverage import COVERAGE_EN, COVERAGE_FR

PAGE_EN = {
    **COVERAGE_EN,
    "page_title": "Incidents",
    "page_skip": "Skip to the content",
    "page_past": "Before",
    "page_calm": "Nothing rings: all that was said up to {moment} is judged.",
    "page_unsure": "Whether something rings is not known.",
    "page_unsure_but": "Whether something rings is not known for all brands. Of those that are "
    "heard none rings, up to {moment}.",
    "page_no_past": "No incident is known.",
    "page_undelivered": "An alert of {brand} did not go out as it should ({time}): {why}",
    "plainly": "{brand}: severity {severity}/10, {state}. Incident {incident}, step {step}. "
    "Details could not be shown: {fault}.",
    "page_plainly": "The rest of it can’t be shown here. Every step is shown by "
    "tocsin incidents {incident}.",
    "page_since": "since {moment}",
    "page_lasted": "{moment}, for {duration}",
    "page_worst": "{n}/10 at its worst",
    "page_as_of_once": "As of {time}.",
    "page_again": "Load again",
    "page_back": "All incidents",
    "page_you": "You answer as {user}.",
    "page_read_only": "To look at only: this page is not told who you are.",
    "page_note": "Note, if you like",
    "page_for": "For how long",
    "page_hours_one": "{n} hour",
    "page_hours_many": "{n} hours",
    "page_snooze": "Quiet for a time",
    "page_labels_kept": "Tocsin learns from your answers. They are kept with your name, {user}.",
    "page_heading_trail": "How it went",
    "page_step": "severity {severity}/10",
    "page_said_ack": "Kept: you have it in hand. It shows here once the judge has answered, within "
    "seconds.",
    "page_said_snooze": "Kept: quiet for a time. It shows here once the judge has answered, within "
    "seconds.",
    "page_said_false_alarm": "Kept: a false alarm. It shows here once the judge has answered, "
    "within seconds.",
    "page_said_labels": "Kept. Thank you: Tocsin learns from it.",
    "page_wrong": "This did not work",
    "page_not_found": "There is no such page. What is older than the page remembers is shown by "
    "tocsin incidents.",
    "page_not_yours": "This can’t be taken: it was not sent from this page. Go back, load the page "
    "again, and repeat it.",
    "page_nobody": "This can’t be taken: the page is not told who you are.",
    "page_form": "This can’t be taken: the form is not as the page made it. Go back, load the page "
    "again, and repeat it.",
    "page_empty": "Answer for at least one post.",
    "page_task_moved": "Somebody was faster: this task is no longer as your page showed it. Go "
    "back, load the page again, and see who has it.",
    "page_lost": "This is not kept yet: Kafka did not take it in time. Go back and send it again; "
    "the same counts once.",
    "page_host": "This name is not the page’s own. Open it by its address, or have TOCSIN_PAGE_URL "
    "name it.",
}

PAGE_FR = {
    **COVERAGE_FR,
    "page_title": "Incidents",
    "page_skip": "Aller au contenu",
    "page_past": "Avant",
    "page_calm": "Rien ne sonne, et tout est jugé. Dernière minute complète : {moment}.",
    "page_unsure": "On ne sait pas si quelque chose sonne.",
    "page_unsure_but": "On ne sait pas, pour toutes les marques, si quelque chose sonne. Parmi "
    "celles qu'on entend, aucune ne sonne. Dernière minute complète : {moment}.",
    "page_no_past": "Aucun incident connu.",
    "page_undelivered": "Une alerte de {brand} n'est pas partie comme il faut ({time}) : {why}",
    "plainly": "{brand} : gravité {severity}/10, {state}. Incident {incident}, étape {step}. "
    "Impossible d'afficher les détails : {fault}.",
    "page_plainly": "Le reste ne peut pas s'afficher ici. Toutes les étapes se voient avec "
    "tocsin incidents {incident}.",
    "page_since": "depuis : {moment}",
    "page_lasted": "{moment}, pendant {duration}",
    "page_worst": "{n}/10 au plus grave",
    "page_as_of_once": "État : {time}.",
    "page_again": "Recharger",
    "page_back": "Tous les incidents",
    "page_you": "Vous répondez en tant que {user}.",
    "page_read_only": "En lecture seule : cette page ne sait pas qui vous êtes.",
    "page_note": "Un mot, si vous voulez",
    "page_for": "Pendant",
    "page_hours_one": "{n} heure",
    "page_hours_many": "{n} heures",
    "page_snooze": "Silence pour un temps",
    "page_labels_kept": "Tocsin apprend de vos réponses. Elles sont gardées avec votre nom, "
    "{user}.",
    "page_heading_trail": "Déroulement",
    "page_step": "gravité {severity}/10",
    "page_said_ack": "Enregistré : vous vous en occupez. La page le montrera dans quelques "
    "secondes, dès que le juge aura répondu.",
    "page_said_snooze": "Enregistré : silence pour un temps. La page le montrera dans quelques "
    "secondes, dès que le juge aura répondu.",
    "page_said_false_alarm": "Enregistré : une fausse alerte. La page le montrera dans quelques "
    "secondes, dès que le juge aura répondu.",
    "page_said_labels": "Enregistré. Merci : Tocsin en apprend.",
    "page_wrong": "Cela n'a pas marché",
    "page_not_found": "Cette page n'existe pas. Ce qui est plus ancien que sa mémoire se voit avec "
    "tocsin incidents.",
    "page_not_yours": "Refusé : l'envoi ne vient pas de cette page. Revenez en arrière, rechargez "
    "la page et recommencez.",
    "page_nobody": "Refusé : la page ne sait pas qui vous êtes.",
    "page_form": "Refusé : le formulaire n'est pas tel que la page l'a fait. Revenez en arrière, "
    "rechargez la page et recommencez.",
    "page_empty": "Répondez pour au moins un message.",
    "page_task_moved": "Quelqu'un vous a devancé : cette tâche n'est plus telle que la page vous "
    "la montrait. Revenez en arrière, rechargez la page et voyez qui s'en charge.",
    "page_lost": "Pas encore enregistré : Kafka n'a pas répondu à temps. Revenez en arrière et "
    "renvoyez ; la même réponse ne compte qu'une fois.",
    "page_host": "Ce nom n'est pas celui de la page. Ouvrez-la par son adresse, ou donnez son nom "
    "à TOCSIN_PAGE_URL.",
}
