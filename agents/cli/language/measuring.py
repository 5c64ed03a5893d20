"""Help in French, by the English in the code: of what learns and measures."""

from typing import Final

MEASURING: Final = {
    (
        "Run recorded posts through the worker's own code and show what would have rung.\n\n"
        "FILES: JSON lines (Tocsin's neutral form, X API v2 or v1.1), or CSV and JSON lines "
        "of any shape with --mapping; gzip is read as it is. No Kafka is needed.\n\n"
        "With --false-rings or --heads-ups, every combination of them is judged beside what "
        "the brands file says, on the same counts: one table, one picture."
    ): (
        "Passer des messages enregistrés par le code même du traitement, et montrer ce qui "
        "aurait sonné.\n\n"
        "FILES : lignes JSON (forme neutre de Tocsin, API X v2 ou v1.1), ou CSV et lignes "
        "JSON de toute forme avec --mapping ; gzip se lit tel quel. Kafka n'est pas "
        "nécessaire.\n\n"
        "Avec --false-rings ou --heads-ups, chaque combinaison est jugée à côté de ce que dit"
        " le fichier des marques, sur les mêmes comptes : un tableau, une image."
    ),
    "Past counts of a brand (see tocsin history); may be repeated.": (
        "Comptes passés d'une marque (voir tocsin history) ; peut être répété."
    ),
    "Compare budgets of false rings a quarter, such as 0.5,1,2.": (
        "Comparer des budgets de fausses sonneries par trimestre, tels que 0.5,1,2."
    ),
    "Compare budgets of heads-ups in vain a week, such as 0.5,1,2.": (
        "Comparer des budgets de pré-alertes pour rien par semaine, tels que 0.5,1,2."
    ),
    (
        "Read some posts carefully, or none. [default: as a worker: where the extra "
        "tocsin[reader] is installed and TOCSIN_READER_SHARE is above 0]"
    ): (
        "Lire certains messages avec soin, ou aucun. [par défaut : comme le traitement, si "
        "l'extra tocsin[reader] est installé et TOCSIN_READER_SHARE supérieur à 0]"
    ),
    (
        "Processes to use; the report is the same for any number. [default: processors, for a"
        " small recording 1]"
    ): (
        "Processus à employer ; le rapport ne dépend pas de leur nombre.  [par défaut : "
        "autant que de processeurs, 1 pour un petit enregistrement]"
    ),
    "Write the report here (BacktestReport).": "Écrire ici le rapport (BacktestReport).",
    "Write a page with timelines here.": "Écrire ici une page avec les chronologies.",
    (
        "Measure Tocsin beside other detectors, and write one page with the JSON behind it.\n\n"
        "Everything runs at the one fixed default: nothing is tuned to a file. The same data,"
        " size and seed give the same figures on every machine."
    ): (
        "Mesurer Tocsin à côté d'autres détecteurs, et écrire une page avec le JSON qui la "
        "fonde.\n\n"
        "Tout se fait au même réglage d'origine : rien n'est ajusté à un fichier. Mêmes "
        "données, même taille et même graine donnent les mêmes chiffres sur toute machine."
    ),
    (
        "Directory of CSV files (timestamp,value) and windows.json, as the Numenta Anomaly "
        "Benchmark has them: Tocsin beside other detectors, by the benchmark's rules."
    ): (
        "Dossier de fichiers CSV (timestamp,value) et de windows.json, tels que les a le "
        "Numenta Anomaly Benchmark : Tocsin à côté d'autres détecteurs, selon ses règles."
    ),
    "False alarms stated and observed on quiet series.": (
        "Fausses alertes annoncées et constatées sur des séries calmes."
    ),
    (
        "Crises and harmless episodes drawn over made-up brands: Tocsin's judgement beside "
        "other detectors on the same streams."
    ): (
        "Crises et épisodes inoffensifs tirés sur des marques inventées : le jugement de "
        "Tocsin à côté d'autres détecteurs sur les mêmes flux."
    ),
    (
        "With --replays: directory of real storms (twitter_activity_NAME.csv: date,count; "
        "twitter_daily_sentiment_NAME.csv: date,avg_vader_compound), laid over made-up "
        "brands."
    ): (
        "Avec --replays : dossier de tempêtes réelles (twitter_activity_NAME.csv : date,count"
        " ; twitter_daily_sentiment_NAME.csv : date,avg_vader_compound), posées sur des "
        "marques inventées."
    ),
    "Which episodes --replays draws: those kept from tuning, or those that it may see.": (
        "Quels épisodes tire --replays : ceux tenus à l'écart du réglage, ou ceux qu'il a le "
        "droit de voir."
    ),
    (
        "With --replays: directory of a world by other hands (truth.json, brands.json, one "
        "recording an episode), judged by the same rules, beside ours; may be given several "
        "times."
    ): (
        "Avec --replays : dossier d'un monde fait par d'autres mains (truth.json, "
        "brands.json, un enregistrement par épisode), jugé selon les mêmes règles, à côté du "
        "nôtre ; peut être répété."
    ),
    (
        "Rings and heads-ups, stated and observed, on quiet made-up brands and, with --data, "
        "on a real one."
    ): (
        "Sonneries et pré-alertes, annoncées et constatées, sur des marques inventées et "
        "calmes et, avec --data, sur une vraie."
    ),
    "All parts for which there is data.": "Toutes les parties pour lesquelles il y a des données.",
    (
        "Directory with real data: --replays and --budgets put the counts of its folders nab "
        "and twitterdev under everything, and --all looks there for nab and storms, too."
    ): (
        "Dossier de données réelles : --replays et --budgets mettent sous tout les comptes de"
        " ses dossiers nab et twitterdev, et --all y cherche aussi nab et storms."
    ),
    "Where report.html and report.json are written.": "Où écrire report.html et report.json.",
    "How much is simulated: a look, a measurement, or narrow intervals.": (
        "Combien on simule : un coup d'œil, une mesure, ou des intervalles étroits."
    ),
    "Processes at once; results do not depend on it.": (
        "Processus à la fois ; les résultats n'en dépendent pas."
    ),
    (
        "Of what is simulated; another seed, other series. Held-out replays begin at seed "
        "1000 + 100 · N; those below 1000 are for tuning."
    ): (
        "De ce qui est simulé ; autre graine, autres séries. Les rejeux tenus à l'écart "
        "commencent à la graine 1000 + 100 · N ; ceux d'en dessous de 1000 servent au "
        "réglage."
    ),
    (
        "Score every row of FILE (CSV with the header timestamp,value; - for standard input).\n\n"
        "Writes timestamp,value,anomaly_score for every row before it waits for the next. The"
        " score is in [0, 1]; 0.5 or more means: ring now, which happens once an episode. No "
        "row is scored with knowledge of a later one. Timestamps are ISO 8601 or seconds "
        "since the epoch, at any step.\n\n"
        "A row that cannot be read is named on standard error, scored 0 and left out of what "
        "is learnt; the exit code is then 2."
    ): (
        "Noter chaque ligne de FILE (CSV d'en-tête timestamp,value ; - pour l'entrée "
        "standard).\n\n"
        "Écrit timestamp,value,anomaly_score pour chaque ligne avant d'attendre la suivante. "
        "La note est dans [0, 1] ; 0,5 ou plus veut dire : sonner maintenant, ce qui arrive "
        "une fois par épisode. Aucune ligne n'est notée en connaissant la suite. Les heures "
        "sont ISO 8601 ou en secondes depuis 1970, à tout pas.\n\n"
        "Une ligne illisible est nommée sur la sortie d'erreur, notée 0 et laissée hors de ce"
        " qui s'apprend ; le code de sortie est alors 2."
    ),
    "Write the label and probabilities of each line.": (
        "Écrire l'étiquette et les probabilités de chaque ligne."
    ),
    (
        "Write label, p_negative, p_neutral and p_positive for each line of FILE (or stdin).\n\n"
        "One line of output per line of input, fields separated by tabs, as they come. What "
        "is not UTF-8 is read as U+FFFD; of a line, the first 4,000 characters count.\n\n"
        'With --jsonl each line is an object with the field "text" and, if it is known, '
        '"lang" (else --lang counts). Written are objects with the probabilities negative, '
        "neutral and positive, which add up to 1, and attack, complaint and harm, each by "
        "itself: that the text attacks the brand it names, complains to it, tells of harm it "
        "did. A line that is no such object is read as a text itself, and its object says so "
        'in the field "error".\n\n'
        "With --reader, attack, complaint and harm are what careful reading says, some "
        'hundred texts a second, and the field "classes" has the probability of each of its '
        "classes. It needs the optional extra tocsin[reader]."
    ): (
        "Écrire label, p_negative, p_neutral et p_positive pour chaque ligne de FILE (ou de "
        "l'entrée standard).\n\n"
        "Une ligne en sortie par ligne en entrée, champs séparés par des tabulations, à "
        "mesure. Ce qui n'est pas UTF-8 se lit U+FFFD ; d'une ligne comptent les 4 000 "
        "premiers caractères.\n\n"
        "Avec --jsonl, chaque ligne est un objet avec le champ « text » et, s'il est connu, «"
        " lang » (sinon --lang compte). En sortie, des objets avec les probabilités negative,"
        " neutral et positive, de somme 1, puis attack, complaint et harm, chacune pour soi :"
        " que le texte attaque la marque qu'il nomme, se plaint à elle, rapporte un tort "
        "qu'elle a fait. Une ligne qui n'est pas un tel objet se lit comme un texte, et son "
        "objet le dit dans le champ « error ».\n\n"
        "Avec --reader, attack, complaint et harm sont ce que dit la lecture soigneuse, "
        "quelques centaines de textes par seconde, et le champ « classes » a la probabilité "
        "de chacune de ses classes. Il y faut l'extra tocsin[reader]."
    ),
    "Language of all texts, e.g. fr; und guesses it text by text.": (
        "Langue de tous les textes, par exemple fr ; und la devine texte par texte."
    ),
    "Lines are JSON objects, with text and perhaps lang, in and out.": (
        "Les lignes sont des objets JSON, avec text et peut-être lang, en entrée et en sortie."
    ),
    "With --jsonl: read each text carefully (optional extra).": (
        "Avec --jsonl : lire chaque texte avec soin (extra)."
    ),
    "Use Tocsin's own scorer with these weights instead of the shipped ones.": (
        "Employer le modèle de Tocsin avec ces poids, plutôt que ceux qui sont livrés."
    ),
    "Compare the model with labelled files.": "Comparer le modèle à des fichiers étiquetés.",
    (
        "Compare the scorer with labelled FILES, per language and over all (- for stdin).\n\n"
        "Layouts: XLM-T (NAME_text.txt with NAME_labels.txt beside it), SemEval (id, label "
        "and text with tabs between), VADER (id, mean rating, text), CSV with a header, and "
        "pairs (label, tab, text). Labels are negative, neutral and positive, or 0, 1 and 2."
    ): (
        "Comparer le modèle à des fichiers étiquetés FILES, par langue et en tout (- pour "
        "l'entrée standard).\n\n"
        "Formes : XLM-T (NAME_text.txt avec NAME_labels.txt à côté), SemEval (identifiant, "
        "étiquette et texte séparés par des tabulations), VADER (identifiant, note moyenne, "
        "texte), CSV avec en-tête, et paires (étiquette, tabulation, texte). Les étiquettes "
        "sont negative, neutral et positive, ou 0, 1 et 2."
    ),
    "Layout of the files; told by name and first line if not given.": (
        "Forme des fichiers ; sinon devinée au nom et à la première ligne."
    ),
    "Column of a CSV's texts.": "Colonne des textes d'un CSV.",
    "Column of a CSV's labels, e.g. airline_sentiment.": (
        "Colonne des étiquettes d'un CSV, par exemple airline_sentiment."
    ),
    "Column of a CSV's language, if it has one.": "Colonne de la langue d'un CSV, s'il en a une.",
    "Score as if no language were stated, to see the guess.": (
        "Noter comme si aucune langue n'était dite, pour voir ce qui est deviné."
    ),
    "Show which words moved the score of each line.": (
        "Montrer quels mots ont déplacé la note de chaque ligne."
    ),
    (
        "Show which tokens moved each line of FILE (or stdin), in colour on a terminal.\n\n"
        "The numbers are shares of the log-odds of positive against negative, in nats, and "
        "add up to them: red and below 0 towards negative, green and above 0 towards "
        'positive. "start" is where an empty text stands, "form" what belongs to no token: '
        "length, capitals, sums over the word lists. The line below says the same of an "
        "attack on the brand that the text names: above 0 speaks for one, below 0 against.\n\n"
        "With --brand, below each of the two stands what people's labels have taught, in the "
        "newest version for this brand or for all; the probabilities are those with it."
    ): (
        "Montrer quels mots ont déplacé chaque ligne de FILE (ou de l'entrée standard), en "
        "couleur dans un terminal.\n\n"
        "Les nombres sont des parts du logarithme des chances de positif contre négatif, en "
        "nats, et s'y additionnent : rouge et sous 0 vers le négatif, vert et au-dessus de 0 "
        "vers le positif. « start » est où se tient un texte vide, « form » ce qui n'est "
        "d'aucun mot : longueur, capitales, sommes des listes de mots. La ligne du dessous "
        "dit de même s'il attaque la marque qu'il nomme : au-dessus de 0 plaide pour, en "
        "dessous contre.\n\n"
        "Avec --brand, sous chacune des deux se tient ce qu'ont appris les réponses des gens,"
        " dans la version la plus récente pour cette marque ou pour toutes ; les probabilités"
        " en tiennent compte."
    ),
    "Add what was learned for this brand: the newest version on Kafka.": (
        "Ajouter ce qui a été appris pour cette marque : la version la plus récente sur Kafka."
    ),
    (
        "Learn from the labelled files below DATA: XLM-T, SemEval and VADER layouts.\n\n"
        "The same files, options and versions give the same bytes. Needs a quarter of an hour"
        " and 2 GB.\n\n"
        "Weights learned so know no stance. With --stance it is learned, from Tocsin's own "
        "sentences and with the texts below DATA as everyday talk; --passes, --models and "
        "--folds do not count then. Needs ten minutes, 3 GB and the optional extra "
        "tocsin[reader], whose encoder knows the words.\n\n"
        "With --reader, OUT is the head of careful reading, learned from the same sentences "
        "and texts in a few minutes; it needs the optional extra tocsin[reader]. Learn stance"
        " first: the model card sets the two side by side."
    ): (
        "Apprendre sur les fichiers étiquetés sous DATA : formes XLM-T, SemEval et VADER.\n\n"
        "Mêmes fichiers, mêmes options et mêmes versions donnent les mêmes octets. Il faut un"
        " quart d'heure et 2 Go.\n\n"
        "Les poids ainsi appris ne savent rien de l'attaque. Avec --stance, elle s'apprend, "
        "sur les phrases propres à Tocsin et avec les textes sous DATA pour le quotidien ; "
        "--passes, --models et --folds ne comptent alors pas. Il faut dix minutes, 3 Go et "
        "l'extra tocsin[reader], dont l'encodeur connaît les mots.\n\n"
        "Avec --reader, OUT est la tête de la lecture soigneuse, apprise sur les mêmes "
        "phrases et textes en quelques minutes ; il faut l'extra tocsin[reader]. Apprenez "
        "d'abord l'attaque : la fiche du modèle met les deux côte à côte."
    ),
    "Where the weights go (JSON).": "Où vont les poids (JSON).",
    "Where the model card goes (Markdown).": "Où va la fiche du modèle (Markdown).",
    "Leave out a source, e.g. vader. May be repeated.": (
        "Laisser de côté une source, par exemple vader. Peut être répété."
    ),
    "Leave out files of this name, e.g. val_text.txt. May be repeated.": (
        "Laisser de côté les fichiers de ce nom, par exemple val_text.txt. Peut être répété."
    ),
    "Learn stance alone, anew; sentiment stays as it is.": (
        "Apprendre la seule attaque, à neuf ; le ton reste tel quel."
    ),
    "Learn the head of careful reading (.npz); nothing else changes.": (
        "Apprendre la tête de la lecture soigneuse (.npz) ; rien d'autre ne change."
    ),
    "With --stance: into these weights instead of the shipped ones.": (
        "Avec --stance : dans ces poids plutôt que ceux qui sont livrés."
    ),
    "Order of the examples.": "Ordre des exemples.",
    "Walks through the shuffled examples.": "Passages sur les exemples mélangés.",
    "Learned in different orders; their mean is taken.": (
        "Appris dans des ordres différents ; on prend leur moyenne."
    ),
    "Parts held out in turn for figures and calibration.": (
        "Parts tenues à l'écart tour à tour, pour les chiffres et l'étalonnage."
    ),
    (
        "Learn from labels on tocsin.feedback and publish versions on tocsin.models. Run it "
        "once only.\n\n"
        "A version is published when enough new labels came, it is no worse than the version "
        "in force and the shipped weights, and the golden texts hold; never for a brand with "
        "an open incident.\n\n"
        "A scorer of your own (TOCSIN_SCORER) has to be one that can learn."
    ): (
        "Apprendre des qualifications de tocsin.feedback et publier des versions sur "
        "tocsin.models. À lancer une seule fois.\n\n"
        "Une version se publie quand assez de nouvelles qualifications sont venues, qu'elle "
        "n'est pas pire que la version en vigueur et que les poids livrés, et que les textes "
        "de référence tiennent ; jamais pour une marque dont un incident est ouvert.\n\n"
        "Un modèle à vous (TOCSIN_SCORER) doit savoir apprendre."
    ),
    "Labels of a brand, or of all, before the first version.": (
        "Qualifications d'une marque, ou de toutes, avant la première version."
    ),
    "Labels since the last version before the next, at most.": (
        "Qualifications depuis la dernière version avant la suivante, au plus."
    ),
    "Learn what is there now, then end.": "Apprendre ce qui est là, puis finir.",
    "List the versions; the newest of a scope is in force.": (
        "Lister les versions et dire celles en vigueur."
    ),
    "List the versions on Kafka, the newest of each scope last: that one is in force.": (
        "Lister les versions sur Kafka, la plus récente de chaque portée en dernier : c'est "
        "elle qui est en vigueur."
    ),
    "Show one version, or the one in force.": "Montrer une version, ou celle qui est en vigueur.",
    "Show one version, by how its digest begins; without one, the version in force.": (
        "Montrer une version, par le début de son empreinte ; sinon la version en vigueur."
    ),
    "A brand, or * for all.": "Une marque, ou * pour toutes.",
    "Put an older version back in force.": "Remettre en vigueur une version plus ancienne.",
    (
        "Put an older VERSION back in force, by how its digest begins; or `shipped`.\n\n"
        "Labels that came after it are not learned again. A brand with an open incident "
        "changes only when the incident is over."
    ): (
        "Remettre en vigueur une VERSION plus ancienne, par le début de son empreinte ; ou "
        "`shipped`.\n\n"
        "Les qualifications venues après elle ne sont pas apprises à nouveau. Une marque dont"
        " un incident est ouvert ne change qu'à la fin de celui-ci."
    ),
    "Who does it. Default: the user's name.": "Qui le fait. Par défaut : le nom de l'utilisateur.",
}
