"""The command line in French: all of its help, and what commands say; nothing is left over."""

import ast
import pickle
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import click
import msgspec
import pytest
from click.testing import CliRunner

from agents.cli.common.groups import LazyGroup
from agents.cli.language.french import FRENCH, in_french, paragraphs
from agents.cli.language.workings import SYSTEM
from agents.cli.main import main
from agents.ingest.formats.files.streams import _REFUSED
from agents.settings import Settings
from docs.write_click_words import FILE, catalogue
from pipeline.phrase import Phrase
from schemas.codec import UnreadableError, encode
from schemas.dead_letter import DeadLetter

ROOT = Path(main.callback.__code__.co_filename).parents[2]
WIDTH = 80
WEEK = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}


def helps(command: click.Command) -> Iterator[str]:
    """Every text of a command's help and of those below it, but for examples."""
    yield command.help or ""
    yield from (getattr(one, "help", None) or "" for one in command.params)
    if isinstance(command, LazyGroup):
        with click.Context(command) as ctx:
            for name, lazy in command.table.items():
                yield lazy.about
                below = command.get_command(ctx, name)
                assert below is not None
                yield from helps(below)


def said() -> Iterator[str]:
    """Every text that is handed to ``say`` as it stands, and the names of columns."""
    for path in (ROOT / "agents/cli").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        if not re.search(r"^from agents.cli.language.say import .*\bsay\b", code, re.MULTILINE):
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield first.value
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "heads":
                yield from (
                    one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)
                )


def reported() -> Iterator[str]:
    """Every sentence of a report's own, which its voice says."""
    for path in (ROOT / "lab").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                whose = node.func.value
                name = getattr(whose, "id", getattr(whose, "attr", ""))
                if node.func.attr == "say" and name in {"voice", "_voice"}:
                    assert isinstance(node.args[0], ast.Constant), path
                    yield node.args[0].value


def phrased() -> Iterator[tuple[str, set[str]]]:
    """Template and fields of every phrase whose template stands in the code."""
    for path in (ROOT / room for room in ("pipeline", "agents", "lab")):
        for code in path.rglob("*.py"):
            for node in ast.walk(ast.parse(code.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase":
                    first = node.args[0]
                    if isinstance(first, ast.Constant):
                        yield first.value, {one.arg or "**" for one in node.keywords}


def wanted() -> Iterator[str]:
    """What settings have to be, where a setting says that itself."""
    for field in msgspec.structs.fields(Settings):
        kind = msgspec.inspect.type_info(field.type)
        if isinstance(kind, msgspec.inspect.Metadata):
            yield (kind.extra_json_schema or {}).get("description", "")


def words_of(template: str) -> bool:
    """Whether there is anything to say in another language."""
    return re.search(r"\w|;", re.sub(r"\{\w+(![rs])?(:[^}]*)?\}", "", template)) is not None


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")


EVERYTHING = (
    {paragraphs(one) for one in helps(main) if one}
    | set(said())
    | WEEK
    | set(filter(None, wanted()))
)
EVERYTHING |= {template for template, _ in phrased() if words_of(template)}
EVERYTHING |= {template for _, template in _REFUSED} | set(reported()) | set(SYSTEM)


def test_all_that_the_command_line_says_has_its_french() -> None:
    assert EVERYTHING - set(FRENCH) - {"Slack"} == set()


def test_no_french_is_left_of_what_is_not_said_any_more() -> None:
    assert set(FRENCH) - EVERYTHING == set()


def test_no_command_says_anything_that_is_only_english() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "agents/cli").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in SPOKEN_BY
        and node.args
        and says_english(node.args[0])
    ]
    assert found == []


SPOKEN_BY = {"echo", "fail", "BadParameter", "ClickException", "UsageError"}


def says_english(said: ast.expr) -> bool:
    """Whether words stand in what is said, but for those that are handed to ``say``."""
    if isinstance(said, ast.Call) and getattr(said.func, "id", "") in {"say", "in_words"}:
        return False
    if isinstance(said, ast.Constant):
        return isinstance(said.value, str) and re.search("[A-Za-z]{2}", said.value) is not None
    if isinstance(said, ast.IfExp):
        return says_english(said.body) or says_english(said.orelse)
    return any(says_english(one) for one in ast.iter_child_nodes(said) if isinstance(one, ast.expr))


def test_french_keeps_options_settings_and_places_to_fill() -> None:
    names = re.compile(r"--[a-z][a-z-]*|TOCSIN_[A-Z_]+[A-Z]|X_[A-Z_]+|SLACK_[A-Z_]+|tocsin\.[a-z]+")
    for english, other in FRENCH.items():
        assert set(names.findall(english)) == set(names.findall(other)), english
        assert fields(english) == fields(other), english


def fields(text: str) -> set[str]:
    if not re.search(r"\{[a-z]\w*(![rs])?(:[^}]*)?\}", text):
        return set()
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_phrase_is_given_what_fills_it() -> None:
    for template, given in phrased():
        assert "**" in given or fields(template) == given, template


def test_lists_of_commands_are_whole_in_eighty_columns() -> None:
    def look(group: LazyGroup) -> None:
        room = WIDTH - 6 - 2 - max(map(len, group.table))
        with click.Context(group) as ctx:
            for name, lazy in group.table.items():
                assert len(in_french(lazy.about)) <= room, (name, lazy.about)
                below = group.get_command(ctx, name)
                if isinstance(below, LazyGroup):
                    look(below)

    look(main)


def test_clicks_own_words_are_as_the_script_writes_them() -> None:
    assert FILE.read_bytes() == catalogue()


def run(*args: str, **environ: str) -> str:
    return CliRunner(env=environ).invoke(main, [*args], prog_name="tocsin").output


@pytest.mark.parametrize(
    ("args", "environ"),
    [
        (["--lang", "fr", "routes", "test", "-h"], {}),
        (["routes", "test", "-h"], {"TOCSIN_LANG": "fr"}),
        (["routes", "test", "-h"], {"TOCSIN_LANG": "", "LC_ALL": "", "LANG": "fr_BE.UTF-8"}),
    ],
)
def test_french_by_option_setting_or_locale(args: list[str], environ: dict[str, str]) -> None:
    shown = run(*args, **environ)
    assert shown.startswith("Usage\u00a0: tocsin routes test")
    assert "Dire qui serait prévenu d’un incident" in shown
    assert "Afficher cette aide et quitter." in shown
    assert "obligatoire" in shown


def test_the_option_is_stronger_than_the_setting_and_leaves_nothing_behind() -> None:
    assert "Say who would be told" in run("--lang", "en", "routes", "-h", TOCSIN_LANG="fr")
    assert "Say who would be told" in run("routes", "-h")


def test_faults_of_a_command_are_told_in_french() -> None:
    shown = run("chek", TOCSIN_LANG="fr")
    assert "Pas de commande «\u00a0chek\u00a0». Vouliez-vous dire 'check'\u202f?" in shown
    assert "Erreur\u00a0: Pas d’option --colour" in run("check", "--colour", TOCSIN_LANG="fr")


def test_check_and_routes_report_in_french(tmp_path: Path) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text("brands: [{id: acme, names: [Acme], slack_channel: '#a'}]")
    routes = tmp_path / "routes.yaml"
    routes.write_text("receivers: [{name: comms, slack: {}}]\nroute: {receivers: [comms]}")
    checked = run("check", str(brands), "--routes", str(routes), TOCSIN_LANG="fr")
    assert "Tout va bien. Marques\u00a0: 1, règles pour X\u00a0:" in checked
    assert "d’abord" in checked
    asked = ["--brands", str(brands), "--routes", str(routes), "--brand", "acme"]
    told = run("routes", "test", *asked, "--at", "2026-12-03T03:00", TOCSIN_LANG="fr")
    assert "acme, sonnerie, gravité 7/10, jeudi 3\u00a0déc.\u00a02026" in told
    assert "aussitôt" in told


ENGLISH_WORDS = re.compile(r"\b(is|are|has|the|write|did you|known|no setting|not)\b")


def test_faults_of_files_and_of_the_environment_are_told_in_french(tmp_path: Path) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text(
        "brands:\n- {id: Acme, names: ['@acme'], handel: [x], languages: [no]}\n"
        "- {id: b, names: [the], alert_zone: Europe/Pari}\n"
    )
    routes = tmp_path / "routes.yaml"
    routes.write_text(
        "receivers: [{name: comms, slack: {}, webhook: {}}, {name: hook, webhook: {url: 'http://x.y'}}]\n"
        "route: {receivers: [com], escalate: [{after: 1}]}"
    )
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("id: {column: a, constant: b}\ntimezone: Europe/Pari")
    told = run(
        *("check", str(brands), "--routes", str(routes), "--mapping", str(mapping)),
        TOCSIN_LANG="fr",
        TOCSIN_PARTITIONS="many",
        TOCSIN_BUCKETS="3",
    )
    for wanted_line in (
        "brands.yaml:2: marque 1\u00a0: 'handel' n’y est pas un réglage\u202f; vouliez-vous dire",
        "YAML lit no comme un oui ou un non (c’est aussi le code du norvégien)\u202f; écrivez",
        "nom '@acme'\u00a0: commence par @\u202f; mettez acme sous 'handles'",
        "brands.yaml:3: attention\u00a0: nom 'the'\u00a0: un mot de tous les jours",
        "destinataire 'comms'\u00a0: slack et webhook\u202f; dites l’un de",
        "'id' dit column et constant",
        "'Europe/Pari' n’est pas un fuseau horaire",
        "TOCSIN_PARTITIONS='many'\u202f; il faut un entier de 1 à 1000",
        "TOCSIN_BUCKETS\u00a0: pas de réglage de ce nom. Vouliez-vous dire TOCSIN_BUCKET_S\u202f?",
    ):
        assert wanted_line in told
    assert [line for line in told.splitlines() if ENGLISH_WORDS.search(_unquoted(line))] == []


def _unquoted(line: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", line.rpartition("yaml:")[2])


def test_faults_of_recordings_are_told_in_french(tmp_path: Path) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text("brands: [{id: acme, names: [Acme]}]")
    table = tmp_path / "week.csv"
    table.write_text("a,b\n1,2\n")
    told = run("backtest", str(table), "--brands", str(brands), TOCSIN_LANG="fr")
    assert "ressemble à un tableau\u202f; donnez un --mapping" in told
    lines = tmp_path / "week.jsonl"
    lines.write_text('{"id":"1","text":"Acme","created_at":"2026-12-01T00:00:00Z",' * 2)
    told = run("backtest", str(lines), "--brands", str(brands), TOCSIN_LANG="fr")
    assert "donnez un --mapping pour d’autres champs" in told


def test_a_phrase_survives_the_way_to_another_process_and_stays_text() -> None:
    told = Phrase("{what} is empty", what=Phrase("the file"))
    again = pickle.loads(pickle.dumps(told))  # noqa: S301 - our own
    assert (again, again.template, again.fields) == (told, told.template, told.fields)


def test_a_dead_letter_says_a_phrase_as_text() -> None:
    error = UnreadableError("invalid", Phrase("no text"))
    letter = DeadLetter.of(
        b"{}",
        at=datetime(2026, 12, 1, tzinfo=UTC),
        origin="o",
        reason="invalid",
        detail=error.detail,
    )
    assert b'"detail":"no text"' in encode(letter)
