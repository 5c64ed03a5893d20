"""What ``tocsin evaluate`` says of its own, on its page and in the terminal, in French."""

from typing import Final

EVALUATION: Final = {
    "Labelled series: --nab DIR with CSV files (timestamp,value) and windows.json, such as the "
    "Numenta Anomaly Benchmark's.": (
        "Séries étiquetées : --nab DIR, avec des CSV (timestamp,value) et windows.json, comme "
        "ceux du Numenta Anomaly Benchmark."
    ),
    "Calibration on quiet series: --quiet.": "Étalonnage sur des séries calmes : --quiet.",
    "Rings and heads-ups against what is stated: --budgets.": (
        "Sonneries et pré-alertes face à ce qui est annoncé : --budgets."
    ),
    "Worlds by other hands: --world DIR with truth.json and brands.json.": (
        "Mondes faits par d'autres : --world DIR, avec truth.json et brands.json."
    ),
    "Two of {n} episodes of the worlds by other hands: --size normal.": (
        "Deux épisodes sur {n} des mondes faits par d'autres : --size normal."
    ),
    "Crisis replays: --replays.": "Crises rejouées : --replays.",
    "A real brand over years: --data DIR with twitterdev/mentions-5min-*.csv.gz "
    "(timestamp,value).": (
        "Une vraie marque sur des années : --data DIR, avec twitterdev/mentions-5min-*.csv.gz "
        "(timestamp,value)."
    ),
    "Real storms in the replays: --storms DIR with twitter_activity_NAME.csv (date,count) and "
    "twitter_daily_sentiment_NAME.csv (date,avg_vader_compound).": (
        "De vraies tempêtes parmi les crises rejouées : --storms DIR, avec "
        "twitter_activity_NAME.csv (date,count) et twitter_daily_sentiment_NAME.csv "
        "(date,avg_vader_compound)."
    ),
    "worst world, {said}: min after it could be seen": (
        "pire monde, {said} : min après que cela se voit"
    ),
    "worst world, {said}: quiet false a quarter": (
        "pire monde, {said} : fausses au calme, par trimestre"
    ),
    "worst world, {said}: quiet false a week": (
        "pire monde, {said} : fausses au calme, par semaine"
    ),
    "worst world, {said}: before peak": "pire monde, {said} : avant le pic",
    "worst world: severity 7 in crises": "pire monde : gravité 7 dans les crises",
    "worst world: severity 7 elsewhere": "pire monde : gravité 7 ailleurs",
    "{what}, {stated:g} stated": "{what}, {stated:g} annoncées",
    "share of crises that rang": "part des crises qui ont sonné",
    "share of rings that were right": "part des sonneries qui étaient justes",
    "false alarms a brand-quarter": "fausses alertes par trimestre et par marque",
    "share of real negative storms that rang": "part des vraies tempêtes négatives qui ont sonné",
    "share of real happy storms that rang": "part des vraies tempêtes heureuses qui ont sonné",
    "at least {n:g}": "au moins {n:g}",
    "at most {n:g}": "au plus {n:g}",
    "worst world, {said}: crises told": "pire monde, {said} : crises annoncées",
    "false rings a quarter": "fausses sonneries par trimestre",
    "false heads-ups a week": "fausses pré-alertes par semaine",
    "Nestlé's pace: median ring, min after onset": (
        "au rythme de Nestlé : sonnerie médiane, min après le début"
    ),
    "Nestlé's pace: median lead, min before peak": (
        "au rythme de Nestlé : avance médiane, min avant le pic"
    ),
    "NAB score, {profile}": "note NAB, {profile}",
    "worst world, {said}: right ones": "pire monde, {said} : part de justes",
    "false alarms a week, {stated:g} stated": "fausses alertes par semaine, {stated:g} annoncées",
    "False on {brands} quiet brands over {days} days each": (
        "Fausses sur {brands} marques calmes, {days} jours chacune"
    ),
    "rings a quarter: stated": "sonneries par trimestre : annoncées",
    "observed": "observées",
    "heads-ups a week: stated": "pré-alertes par semaine : annoncées",
    "A real brand over {weeks} weeks, in an ordinary tone: {noticed} of {bursts} bursts "
    "noticed, {observed} heads-ups a week unexplained, {stated} stated": (
        "Une vraie marque sur {weeks} semaines, d'un ton ordinaire : {noticed} poussées sur "
        "{bursts} remarquées, {observed} pré-alertes inexpliquées par semaine, {stated} "
        "annoncées"
    ),
    "it rang": "a sonné",
    "in a burst": "dans une poussée",
    "yes": "oui",
    "no": "non",
    "A dot is a ring, the upright line the median of its shape; onset is the first post of the "
    "half hour in which it could first be seen, so nobody can ring at it. On the right, how "
    "many rang.": (
        "Un point est une sonnerie, le trait droit la médiane de sa forme ; le début est le "
        "premier message de la demi-heure où cela pouvait se voir, et nul ne peut sonner à cet "
        "instant. À droite, combien ont sonné."
    ),
    "{n} of {all} rang": "{n} sur {all} ont sonné",
    "minutes from onset to the ring, by shape": (
        "minutes entre le début et la sonnerie, par forme"
    ),
    "Labelled series, by the rules of the Numenta Anomaly Benchmark": (
        "Séries étiquetées, selon les règles du Numenta Anomaly Benchmark"
    ),
    "{files} files, {rows} rows, {windows} labelled windows. 0 is the detector that never "
    "speaks, 100 the one that speaks at the first row of each window and nowhere else; below 0 "
    "it would be better not to listen. One alarm an episode (nine quiet hours end it), for all "
    "detectors alike.": (
        "{files} fichiers, {rows} lignes, {windows} fenêtres étiquetées. 0 : le détecteur qui "
        "ne parle jamais ; 100 : celui qui parle à la première ligne de chaque fenêtre et "
        "nulle part ailleurs ; au-dessous de 0, mieux vaut ne pas l'écouter. Une alerte par "
        "épisode (neuf heures de calme le terminent), pour tous les détecteurs."
    ),
    "Counts on a logarithmic scale, and below them where Tocsin and the best other detector at "
    "a textbook setting ({name}) rang; how many of the windows they found, and how often they "
    "rang for nothing.": (
        "Les comptes sur une échelle logarithmique, et au-dessous où ont sonné Tocsin et le "
        "meilleur autre détecteur aux réglages du manuel ({name}) ; combien de fenêtres ils "
        "ont trouvées, et combien de fois ils ont sonné pour rien."
    ),
    "Tocsin, at its one fixed default": "Tocsin, à son seul réglage fixe",
    "Others, at their textbook settings": "Les autres, aux réglages du manuel",
    "With hindsight: the threshold that suits these very files best": (
        "Après coup : le seuil qui convient le mieux à ces fichiers mêmes"
    ),
    "at {threshold}": "à {threshold}",
    "detector": "détecteur",
    "standard": "standard",
    "labelled window": "fenêtre étiquetée",
    "alarm in one": "alerte dans l'une d'elles",
    "false alarm": "fausse alerte",
    "not scored": "non notée",
    "low false positives": "peu de faux positifs",
    "low false negatives": "peu de faux négatifs",
    "windows found": "fenêtres trouvées",
    "false alarms": "fausses alertes",
    "Tocsin, measured: {met} of {all} targets met": (
        "Tocsin, mesuré : {met} objectifs atteints sur {all}"
    ),
    "Of {crises} crises drawn over made-up brands {rang} rang, in the median {delay} after "
    "onset, and of {harmless} harmless episodes {wrong}; a quarter of a brand in which nothing "
    "happens had {false} false alarms.": (
        "Sur {crises} crises tirées pour des marques inventées, {rang} ont sonné, en médiane "
        "{delay} après le début ; sur {harmless} épisodes sans gravité, {wrong}. Un trimestre "
        "d'une marque à qui rien n'arrive a eu {false} fausses alertes."
    ),
    "Told to ring for nothing {stated} times a week at most, quiet brands rang {observed} "
    "times ({low}–{high}); the worst kind {worst}.": (
        "Avec au plus {stated} fausses alertes par semaine pour consigne, les marques calmes "
        "en ont eu {observed} ({low}–{high}) ; le pire genre, {worst}."
    ),
    "On {series} labelled series Tocsin finds {found} of {windows} events with {false} false "
    "alarms; the best of the other detectors as they come ({name}) finds {others} with {wrong}.": (
        "Sur {series} séries étiquetées, Tocsin trouve {found} événements sur {windows}, avec "
        "{false} fausses alertes ; le meilleur des autres détecteurs tels quels ({name}) en "
        "trouve {others}, avec {wrong}."
    ),
    "Tocsin evaluation": "Tocsin, évaluation",
    "✓ met": "✓ atteint",
    "✗ missed": "✗ manqué",
    "run at": "mesuré",
    "versions": "versions",
    "machine": "machine",
    "simulated": "simulé",
    "size {size}, seed {seed}": "taille {size}, graine {seed}",
    "How it was made": "Comment cela a été fait",
    "Left out of this run": "Laissé de côté cette fois",
    "Whether an alarm is a crisis. Only counts are looked at here; what wakes somebody is the "
    "judgement of tone and course that follows.": (
        "Si une alerte est une crise. On ne regarde ici que des comptes ; ce qui réveille "
        "quelqu'un, c'est le jugement du ton et du cours, qui vient ensuite."
    ),
    "How Tocsin does on series nobody has seen: its constants were chosen with the five "
    "Twitter series in view that are usual for this measurement. On other files the figures "
    "are as new as the files.": (
        "Ce que fait Tocsin sur des séries que personne n'a vues : ses constantes ont été "
        "choisies avec sous les yeux les cinq séries de Twitter habituelles pour cette mesure. "
        "Sur d'autres fichiers, les chiffres sont aussi neufs que les fichiers."
    ),
    "What was really unusual: the windows are those of the benchmark, and some alarms that "
    "count as false are events that nobody labelled.": (
        "Ce qui était vraiment inhabituel : les fenêtres sont celles du banc d'essai, et "
        "certaines alertes comptées fausses sont des événements que personne n'a étiquetés."
    ),
    "What the other detectors could do in the hands of somebody who tunes them. EARS is made "
    "for days, not for minutes, and can't be early here; S-H-ESD is made to look back.": (
        "Ce que feraient les autres détecteurs entre les mains de qui les règle. EARS est fait "
        "pour des jours, non pour des minutes, et ne peut être en avance ici ; S-H-ESD est "
        "fait pour regarder en arrière."
    ),
    "Anything about the rule of one alarm an episode, which all detectors are given. It spares "
    "those that would ring on and on, and leaves little to those that are hardly ever silent.": (
        "Rien sur la règle d'une alerte par épisode, donnée à tous les détecteurs. Elle "
        "épargne ceux qui sonneraient sans fin, et laisse peu à ceux qui ne se taisent presque "
        "jamais."
    ),
    "What a real quiet quarter is like. The quiet series are made up; campaigns, holidays and "
    "the news are not in them, and a budget can only promise what the past was like.": (
        "À quoi ressemble un vrai trimestre calme. Les séries calmes sont inventées ; "
        "campagnes, fêtes et actualité n'y sont pas, et une consigne ne peut promettre que ce "
        "que fut le passé."
    ),
    "replays": "crises rejouées",
    "data": "données",
    "Whether an alarm on the series is a crisis. Only counts are looked at there and on quiet "
    "brands; the judgement of tone and course that follows is looked at in the replays.": (
        "Si une alerte sur les séries est une crise. Là, et sur les marques calmes, on ne "
        "regarde que des comptes ; le jugement du ton et du cours, qui vient ensuite, se "
        "regarde dans les crises rejouées."
    ),
    "What this cannot show": "Ce que cela ne peut pas montrer",
    "{brands} brands about which nothing happens, each over {weeks} weeks, of four kinds of "
    "noise and four sizes. Whatever rings is a false alarm of the volume part; the budget is "
    "what a user states, a week and brand.": (
        "{brands} marques à qui rien n'arrive, {weeks} semaines chacune, de quatre genres de "
        "bruit et de quatre tailles. Tout ce qui sonne est une fausse alerte de la partie "
        "volume ; la consigne est celle de l'utilisateur, par semaine et par marque."
    ),
    "Red: more than stated, and not by chance (the whole 95 % interval lies above).": (
        "En rouge : plus qu'annoncé, et non par hasard (tout l'intervalle à 95 % est au-dessus)."
    ),
    "observed false alarms against those stated": "fausses alertes observées face aux annoncées",
    "above the line:": "au-dessus du trait :",
    "more than stated": "plus qu'annoncé",
    "stated, a week and brand": "annoncées, par semaine et par marque",
    "all brands, 95 % interval": "toutes les marques, intervalle à 95 %",
    "one kind (lowest: none)": "un genre (au plus bas : aucune)",
    "Is the budget of false alarms kept?": "La consigne de fausses alertes est-elle tenue ?",
    "noise": "bruit",
    "mentions in 5 min": "mentions en 5 min",
    "observed a week, at a budget of": "observées par semaine, pour une consigne de",
    "95 % interval": "intervalle à 95 %",
    "How Tocsin does on real crises. The replays are made up: shapes, voices and sizes were "
    "composed from knowledge of such episodes and not fitted to data, and how large a storm is "
    "for its brand is an assumption. Two of these (how large, how fast Nestlé's begins) were "
    "changed after runs on the development half, both so that detecting became easier.": (
        "Ce que fait Tocsin dans de vraies crises. Celles-ci sont inventées : formes, voix et "
        "tailles viennent de ce que l'on sait de tels épisodes, sans être ajustées à des "
        "données, et la taille d'une tempête pour sa marque est une hypothèse. Deux d'entre "
        "elles (la taille, la vitesse du début de celle de Nestlé) ont changé après des essais "
        "sur la moitié de mise au point, chaque fois dans le sens d'une détection plus facile."
    ),
    "What the outside world does to everyday talk in the replays: no elections, no "
    "competitors, no outage of the platform.": (
        "Ce que le monde extérieur fait aux conversations de tous les jours : ici, pas "
        "d'élections, pas de concurrents, pas de panne de la plateforme."
    ),
    "What the sentiment model does to a subject. Texts do not exist in the replays, and its "
    "errors are drawn text by text; a real model errs on a subject, and then on all of it.": (
        "Ce que le modèle de tonalité fait d'un sujet. Il n'y a pas de textes ici, et ses "
        "erreurs sont tirées texte par texte ; un vrai modèle se trompe sur un sujet, et alors "
        "sur tout le sujet."
    ),
    "What others would call a crisis. One author decided; a hostile flood by a few accounts, "
    "mourning and an outage handled well count as harmless.": (
        "Ce que d'autres appelleraient une crise. Un seul auteur en a décidé ; un flot hostile "
        "de quelques comptes, un deuil et une panne bien gérée comptent comme sans gravité."
    ),
    "The share of right rings in life: crises are about as many as harmless episodes in the "
    "replays, and far fewer in life. The rate of false alarms on quiet quarters is the figure "
    "to plan with.": (
        "La part de sonneries justes dans la vie : ici les crises sont à peu près aussi "
        "nombreuses que les épisodes sans gravité, et bien moins dans la vie. Le chiffre sur "
        "lequel compter est celui des fausses alertes des trimestres calmes."
    ),
    "How early those are that ring often. A ring by chance within a crisis, or in the ten "
    "minutes before it, counts as right, so their share of crises and their delays flatter "
    "them; their false alarms tell how much.": (
        "La précocité de ceux qui sonnent souvent. Une sonnerie de hasard pendant une crise, "
        "ou dans les dix minutes d'avant, compte comme juste : leur part de crises et leurs "
        "délais les flattent, et leurs fausses alertes disent de combien."
    ),
    "What the other detectors could do with tone: but for the rule of thumb they see only "
    "counts, and harmless episodes are as loud as crises.": (
        "Ce que feraient les autres détecteurs avec le ton : sauf la règle de bon sens, ils ne "
        "voient que des comptes, et les épisodes sans gravité font autant de bruit que les "
        "crises."
    ),
    "Anything about crises that are new to Tocsin: these replays are of the half that tuning "
    "may see. Run them with --shapes held-out.": (
        "Rien sur les crises nouvelles pour Tocsin : celles-ci sont de la moitié que la mise "
        "au point peut voir. Lancez avec --shapes held-out."
    ),
    "Does it ring on crises, in time, and on nothing else?": (
        "Sonne-t-il pour les crises, à temps, et pour rien d'autre ?"
    ),
    "shapes that tuning has never seen": "formes que la mise au point n'a jamais vues",
    "{crises} crises and {harmless} harmless episodes, drawn over {brands} made-up brands "
    "({half}), and {quarters} quarters of brands in which nothing happens but news hours, "
    "viral posts, campaigns and gaps. All contenders hear the same streams, at the settings "
    "they come with, and have the same rule: what rings again within nine hours is one alarm. "
    "All but Tocsin and the rule of thumb see only how much is said. Thin lines and brackets "
    "are 95 % intervals; false alarms are drawn by their square root.": (
        "{crises} crises et {harmless} épisodes sans gravité, tirés pour {brands} marques "
        "inventées ({half}), et {quarters} trimestres de marques à qui rien n'arrive, sinon "
        "des heures d'actualité, des messages viraux, des campagnes et des trous. Tous les "
        "concurrents entendent les mêmes flux, à leurs réglages d'origine, avec la même règle "
        ": ce qui sonne de nouveau dans les neuf heures est une seule alerte. Tous, sauf "
        "Tocsin et la règle de bon sens, ne voient que la quantité. Traits fins et parenthèses "
        ": intervalles à 95 % ; les fausses alertes sont dessinées par leur racine carrée."
    ),
    "all crises that rang": "toutes les crises qui ont sonné",
    "storms of Nestlé's pace": "tempêtes au rythme de Nestlé",
    "Of these the count and the mean tone of each day survive; hours and people are drawn. How "
    "often each rang, and the median after onset.": (
        "Il en reste le compte et le ton moyen de chaque jour ; heures et personnes sont "
        "tirées. Combien de fois chacune a sonné, et la médiane après le début."
    ),
    "shapes that tuning may see: a look, no proof": (
        "formes que la mise au point peut voir : un coup d'œil, pas une preuve"
    ),
    "other rings": "autres sonneries",
    "median after onset": "médiane après le début",
    "median before peak": "médiane avant le pic",
    "must ring": "doit sonner",
    "must not ring": "ne doit pas sonner",
    "harmless that rang": "sans gravité qui ont sonné",
    "median ring after onset": "sonnerie médiane après le début",
    "after onset, median": "après le début, médiane",
    "after onset, 90 %": "après le début, 90 %",
    "after it could be seen, median": "après que cela se voit, médiane",
    "after it could be seen, 90 %": "après que cela se voit, 90 %",
    "before the peak, median": "avant le pic, médiane",
    "at most 15 min after onset": "au plus 15 min après le début",
    "at most 15 min after it could be seen": "au plus 15 min après que cela se voit",
    "an hour before the peak, or more": "une heure ou plus avant le pic",
    "Tocsin: how long after onset": "Tocsin : combien de temps après le début",
    "Tocsin: by size of brand": "Tocsin : par taille de marque",
    "episodes": "épisodes",
    "Real storms": "Vraies tempêtes",
    "contender": "concurrent",
    "crises that rang": "crises qui ont sonné",
    "rings that were right": "sonneries justes",
    "{crises} crises, {harmless} harmless episodes ({shapes} shapes), {quarters} quiet "
    "brand-quarters": (
        "{crises} crises, {harmless} épisodes sans gravité (formes {shapes}), {quarters} "
        "trimestres de marques calmes"
    ),
    "recall": "rappel",
    "precision": "précision",
    "false a quarter": "fausses par trimestre",
    "harmless rung": "sans gravité sonnés",
    "after onset": "après le début",
    "Tocsin's times with 95 % intervals": "Les délais de Tocsin, intervalles à 95 %",
    "of Nestlé's pace": "au rythme de Nestlé",
    "before peak": "avant le pic",
    "Real storms: how many rang, and the median after onset": (
        "Vraies tempêtes : combien ont sonné, et la médiane après le début"
    ),
    "Tocsin by shape": "Tocsin par forme",
    "Tocsin by size, mentions": "Tocsin par taille, mentions",
    "{value} ({low} to {high})": "{value} (de {low} à {high})",
    "Own replays: development shapes, seeds from {first} on, which tuning may see.": (
        "Crises rejouées d'ici : formes de mise au point, graines à partir de {first}, que la "
        "mise au point peut voir."
    ),
    "{n} of {all}": "{n} sur {all}",
    "Own replays: held-out shapes, seeds from {first} on, which nobody tunes on.": (
        "Crises rejouées d'ici : formes mises de côté, graines à partir de {first}, sur "
        "lesquelles personne ne met au point."
    ),
    "crisis": "crise",
    "harmless": "sans gravité",
    "{name}: counts, labelled windows and alarms": (
        "{name} : comptes, fenêtres étiquetées et alertes"
    ),
    "{name}: {n} of {all}, {false} false": "{name} : {n} sur {all}, fausses {false}",
    "best other": "meilleur autre",
    "{source}: {files} files, {rows} rows, {windows} windows": (
        "{source} : {files} fichiers, {rows} lignes, {windows} fenêtres"
    ),
    "False alarms a week on {brands} quiet brands over {weeks} weeks each": (
        "Fausses alertes par semaine sur {brands} marques calmes, {weeks} semaines chacune"
    ),
    "low FP": "peu de FP",
    "low FN": "peu de FN",
    "found": "trouvées",
    "false": "fausses",
    "* with the threshold that suits these files best": (
        "* au seuil qui convient le mieux à ces fichiers"
    ),
    "size": "taille",
    "size: mentions in five minutes; at: the budget stated": (
        "taille : mentions en cinq minutes ; à : la consigne annoncée"
    ),
    "Targets": "Objectifs",
    "figure": "chiffre",
    "wanted": "voulu",
    "measured": "mesuré",
    "at {n}": "à {n}",
    "Left out: {note}": "Laissé de côté : {note}",
    "met": "atteint",
    "missed": "manqué",
    "Does it hold in worlds that it was not made in?": (
        "Cela tient-il dans des mondes où il n'a pas été fait ?"
    ),
    "One set of rules for all: a ring is right from half an hour before the onset of a crisis "
    "to its end, and an incident is false once, at its first moment. What may be quoted is the "
    "last line. In brackets 95 % intervals.": (
        "Mêmes règles pour tous : une sonnerie est juste d'une demi-heure avant le début d'une "
        "crise jusqu'à sa fin, et un incident est faux une fois, à son premier instant. Ce que "
        "l'on peut citer est la dernière ligne. Entre parenthèses, les intervalles à 95 %."
    ),
    "Severity of 7 or more within six hours": "Gravité de 7 ou plus en six heures",
    "Are the budgets of rings and heads-ups kept?": (
        "Les consignes de sonneries et de pré-alertes sont-elles tenues ?"
    ),
    "{brands} made-up brands over {days} days each, in which nothing happens but news hours, "
    "viral posts, campaigns and bursts of any tone.": (
        "{brands} marques inventées, {days} jours chacune, à qui rien n'arrive, sinon des "
        "heures d'actualité, des messages viraux, des campagnes et des poussées de tout ton."
    ),
    "false a week, when nothing happens": "fausses par semaine, quand rien n'arrive",
    "On the mentions of a real brand as they came over {weeks} weeks, in a made-up ordinary "
    "tone, {noticed} of {bursts} bursts were noticed; {observed} heads-ups a week lie outside "
    "of all of them, {stated} are stated. It rang {rings} times.": (
        "Sur les mentions d'une vraie marque, telles que venues pendant {weeks} semaines, d'un "
        "ton ordinaire inventé, {noticed} poussées sur {bursts} ont été remarquées ; "
        "{observed} pré-alertes par semaine sont hors de toutes, {stated} sont annoncées. "
        "Sonneries : {rings}."
    ),
    "{moment}, severity {severity}": "{moment}, gravité {severity}",
    "false a quarter, when nothing happens": "fausses par trimestre, quand rien n'arrive",
    "{moment}, severity {severity}, in a burst": "{moment}, gravité {severity}, dans une poussée",
    "rings a quarter, stated": "sonneries par trimestre, annoncées",
    "heads-ups a week, stated": "pré-alertes par semaine, annoncées",
    "world": "monde",
    "crises": "crises",
    "everything else": "tout le reste",
    "crises told": "crises annoncées",
    "of those told, right": "justes parmi les annoncées",
    "median after it could be seen": "médiane après que cela se voit",
    "before the peak": "avant le pic",
    "{name}: {crises} crises, {others} others, {quarters} quiet quarters": (
        "{name} : {crises} crises, {others} autres, {quarters} trimestres calmes"
    ),
    "{crises} crises, {others} others": "{crises} crises, {others} autres",
    "worst of {n}": "le pire des {n}",
    "Rings": "Sonneries",
    "Heads-ups": "Pré-alertes",
    "quiet false\na week": "fausses au calme\npar semaine",
    "Severity 7 or more within six hours": "Gravité 7 ou plus en six heures",
    "worse of both": "le pire des deux",
    "{what} by world, 95 % intervals below each figure": (
        "{what} par monde, intervalles à 95 % sous chaque chiffre"
    ),
    "quiet false\na quarter": "fausses au calme\npar trimestre",
    "after\nvisible": "après\nvisible",
    "before\npeak": "avant\nle pic",
    " to ": " à ",
}
