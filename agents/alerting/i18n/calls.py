"""What is said of who is called, of receivers that are away, of planned times and of tests."""

CALLS_EN = {
    "heading_calls": "Who is called",
    "calls_next": "If nobody takes it: {who}. The first who says “I have it in hand” stops this.",
    "calls_one": "{name} at {time}",
    "calls_then": ", then ",
    "called_escalated": "Nobody has it after {duration}: {name} is called now",
    "called_reminder": "Still in nobody’s hands after {duration}",
    "called_figures": "{hour} mentions in the last hour, {share} of what came on top negative.",
    "instead": "You are told because {name} can’t be reached ({why}). {headline}",
    "maintenance_begins": "Planned until {end}: {name} ({brands}). Below severity {severity}, "
    "alerts are shown and nobody is called.",
    "maintenance_ends": "Over: {name} ({brands}). Everybody is called again as usual.",
    "maintenance_all": "all brands",
    "alert_test": "TEST, nothing has happened. {name} receives alerts of {brand}. This is what "
    "severity {severity}/10 sounds like here.",
}

CALLS_FR = {
    "heading_calls": "Qui est appelé",
    "calls_next": "Si personne ne s'en occupe : {who}. Dès que quelqu'un dit « Je m'en occupe », "
    "les appels s'arrêtent.",
    "calls_one": "{name} à {time}",
    "calls_then": ", puis ",
    "called_escalated": "Personne ne s'en occupe après {duration} : on appelle {name}",
    "called_reminder": "Toujours personne pour s'en occuper, après {duration}",
    "called_figures": "{hour} mentions en une heure, dont {share} de négatives parmi celles en "
    "plus.",
    "instead": "Ce message vous arrive parce que {name} est injoignable ({why}). {headline}",
    "maintenance_begins": "Prévu jusqu'au {end} : {name} ({brands}). Au-dessous de la gravité "
    "{severity}, les alertes s'affichent sans appeler personne.",
    "maintenance_ends": "Terminé : {name} ({brands}). Les appels reprennent comme d'habitude.",
    "maintenance_all": "toutes les marques",
    "alert_test": "TEST, il ne s'est rien passé. {name} reçoit les alertes de {brand}. Voici "
    "comment sonne ici une gravité de {severity}/10.",
}
