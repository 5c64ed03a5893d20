"""Words of the digest."""

DIGEST_EN = {
    "bulletin_headline": "{verdict}: {posts}, {quiet}",
    "bulletin_calm": "Nothing rang",
    "bulletin_unsure": "Whether something rang is not known for all of the time",
    "bulletin_rang_one": "It rang once",
    "bulletin_rang_many": "It rang {n} times",
    "bulletin_posts_one": "{n} post",
    "bulletin_posts_many": "{n} posts",
    "bulletin_heads_ups_one": "{n} heads-up",
    "bulletin_heads_ups_many": "{n} heads-ups",
    "bulletin_brands_one": "{n} brand",
    "bulletin_brands_many": "{n} brands",
    "bulletin_span": "From {since} to {until}, {brands}.",
    "bulletin_heard": "Heard {share} of the time.",
    "bulletin_incomplete": "Judged only up to {moment}: what was said since is not in here.",
    "bulletin_never": "Nothing was judged: look whether a worker runs.",
    "bulletin_line_rang": "🔔 {brand} rang {moment}, {worst}/10 at its worst, like {like}.",
    "bulletin_line_quiet": "◇ {brand}, heads-up {moment}; it did not ring.",
    "bulletin_more_one": "… and {n} more.",
    "bulletin_more_many": "… and {n} more.",
    "bulletin_warmth": "{brand}: {times} times its usual.",
    "bulletin_warmth_rivals": "{brand}: {times} times its usual; its competitors {rivals} times "
    "theirs.",
    "bulletin_record": "In {days} days: {rang} rings, of which {false} were called false.",
    "bulletin_record_allowed": "In {days} days: {rang} rings, of which {false} were called false; "
    "at most {allowed} are allowed here.",
}

DIGEST_FR = {
    "bulletin_headline": "{verdict} : {posts}, {quiet}",
    "bulletin_calm": "Rien n'a sonné",
    "bulletin_unsure": "On ne sait pas, pour tout ce temps, si quelque chose a sonné",
    "bulletin_rang_one": "L'alerte a sonné une fois",
    "bulletin_rang_many": "L'alerte a sonné {n} fois",
    "bulletin_posts_one": "{n} message",
    "bulletin_posts_many": "{n} messages",
    "bulletin_heads_ups_one": "{n} pré-alerte",
    "bulletin_heads_ups_many": "{n} pré-alertes",
    "bulletin_brands_one": "{n} marque",
    "bulletin_brands_many": "{n} marques",
    "bulletin_span": "Du {since} au {until}, {brands}.",
    "bulletin_heard": "À l'écoute {share} du temps.",
    "bulletin_incomplete": "Jugé seulement jusqu'au {moment} : ce qui s'est dit depuis n'y est "
    "pas.",
    "bulletin_never": "Rien n'a été jugé : voyez si un traitement tourne (« tocsin worker »).",
    "bulletin_line_rang": "🔔 {brand} a sonné : {moment}, {worst}/10 au plus grave, "
    "rappelle {like}.",
    "bulletin_line_quiet": "◇ {brand}, pré-alerte : {moment} ; n'a pas sonné.",
    "bulletin_more_one": "… et {n} de plus.",
    "bulletin_more_many": "… et {n} de plus.",
    "bulletin_warmth": "{brand} : {times} fois son niveau d'habitude.",
    "bulletin_warmth_rivals": "{brand} : {times} fois son niveau d'habitude ; ses concurrents, "
    "{rivals} fois le leur.",
    "bulletin_record": "En {days} jours : sonneries {rang}, dont fausses selon vous {false}.",
    "bulletin_record_allowed": "En {days} jours : sonneries {rang}, dont fausses selon vous "
    "{false} ; permises ici, {allowed} au plus.",
}
