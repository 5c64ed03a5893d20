"""Words for who and what drives it and what is to come; French typed as in fr.py."""

DRIVERS_EN = {
    "one_wording": "one text, posted again and again",
    "nature_complaints": "These are complaints about product or service rather than outrage.",
    "nature_outrage": "This is outrage rather than complaints about a service.",
    "nature_both": "These are complaints about product or service, and outrage as well.",
    "label_projection": "To come",
    "projection": "about {hour} in the next hour, {day} in the next day",
    "projection_bounds": "4 chances in 5: {hour_low} to {hour_high} in the hour, {day_low} to "
    "{day_high} in the day",
    "projection_growing": "still growing",
    "projection_none": "can’t be said yet: too few mentions, or a gap in them",
    "drivers_reach": "Widest reach",
    "drivers_passed_on": "Passed on most",
    "drivers_wording": "The same text, {n} more times: “{sample}”",
    "drivers_wording_unseen": "The same text, {n} more times.",
    "automation_much": "Much of it looks automated or made to order ({rating}/10): {signs}.",
    "automation_some": "Part of it may be automated or made to order ({rating}/10): {signs}.",
    "automation_little": "Little looks automated ({rating}/10): {signs}.",
    "sign_copied": "{share} copied texts",
    "sign_young": "{share} by accounts under 30 days old",
    "sign_repeated": "{share} by authors already heard",
    "heading_stories": "What it is about",
    "story": "{about}: {posts} by {voices}, {negative} negative, {course}.",
    "story_attacked": "{about}: {posts} by {voices}, {negative} negative, {attack} attack it, "
    "{course}.",
    "story_posts_one": "{n} post",
    "story_posts_many": "{n} posts",
    "story_voices_one": "{n} independent voice",
    "story_voices_many": "{n} independent voices",
    "story_new": "new",
    "story_growing": "growing",
    "story_steady": "steady",
    "story_fading": "fading",
    "own_posts_one": "{n} post",
    "own_posts_many": "{n} posts",
    "reply": "The brand’s own accounts spoke at {moment} ({posts} since): {before} mentions an "
    "hour then, at most {highest} since, {now} now.",
    "reply_just_now": "The brand’s own accounts spoke at {moment} ({posts}): {now} mentions an "
    "hour now.",
}

DRIVERS_FR = {
    "one_wording": "un même texte, publié encore et encore",
    "nature_complaints": "Ce sont des réclamations (produit, service) plutôt que de l'indignation.",
    "nature_outrage": "C'est de l'indignation plutôt que des réclamations.",
    "nature_both": "Ce sont des réclamations (produit, service), et aussi de l'indignation.",
    "label_projection": "À venir",
    "projection": "environ {hour} dans l'heure, {day} d'ici un jour",
    "projection_bounds": "4 chances sur 5 : de {hour_low} à {hour_high} dans l'heure, de "
    "{day_low} à {day_high} en un jour",
    "projection_growing": "la hausse continue",
    "projection_none": "impossible à dire : trop peu de mentions, ou un trou",
    "drivers_reach": "Plus grande portée",
    "drivers_passed_on": "Les plus repris",
    "drivers_wording": "Le même texte, {n} fois de plus : « {sample} »",
    "drivers_wording_unseen": "Le même texte, {n} fois de plus.",
    "automation_much": "Une grande part semble automatisée ou sur commande ({rating}/10) : "
    "{signs}.",
    "automation_some": "Une part est peut-être automatisée ou sur commande ({rating}/10) : "
    "{signs}.",
    "automation_little": "Peu semble automatisé ({rating}/10) : {signs}.",
    "sign_copied": "{share} de textes copiés",
    "sign_young": "{share} par des comptes de moins de 30 jours",
    "sign_repeated": "{share} par des auteurs déjà entendus",
    "heading_stories": "De quoi il est question",
    "story": "{about} : {posts}, {voices}, {negative} de négatifs, {course}.",
    "story_attacked": "{about} : {posts}, {voices}, {negative} de négatifs, {attack} d'attaques, "
    "{course}.",
    "story_posts_one": "{n} message",
    "story_posts_many": "{n} messages",
    "story_voices_one": "{n} voix indépendante",
    "story_voices_many": "{n} voix indépendantes",
    "story_new": "nouveau sujet",
    "story_growing": "en hausse",
    "story_steady": "stable",
    "story_fading": "en recul",
    "own_posts_one": "{n} message",
    "own_posts_many": "{n} messages",
    "reply": "Les comptes de la marque ont parlé : {moment} ({posts} depuis) ; {before} "
    "mentions par heure alors, {highest} au plus depuis, {now} maintenant.",
    "reply_just_now": "Les comptes de la marque ont parlé : {moment} ({posts}) ; {now} "
    "mentions par heure maintenant.",
}
