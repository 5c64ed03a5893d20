"""What a simulation promises: the same again, in order, valid, alive."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from lab.simulate import SCENARIOS, Simulation, make_plan, simulate, write_jsonl
from schemas.brand import Brand
from schemas.codec import Decoder, encode
from schemas.mention import Mention

ACME = Brand(
    id="acme",
    names=("Acmé", "Acme"),
    handles=("AcmeHelp",),
    own_accounts=("AcmeHelp",),
    hashtags=("acme",),
)
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)

DIGEST = """
import hashlib
from datetime import UTC, datetime
from lab.simulate import simulate
from schemas.brand import Brand
from schemas.codec import encode
acme = Brand(id="acme", names=("Acmé", "Acme"), languages=("fr", "en", "pt"))
digest = hashlib.sha256()
for mention in simulate(
    "boycott-call", seed=3, brand=acme, start=datetime(2024, 3, 4, tzinfo=UTC), days=2,
    lead_days=0.5, mentions_per_hour=5,
):
    digest.update(encode(mention))
print(digest.hexdigest())
"""


def test_the_same_seed_gives_the_same_bytes_in_any_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_another_seed_gives_other_mentions() -> None:
    one, two = (
        next(simulate("quiet", seed=seed, brand=ACME, start=MONDAY)).text for seed in (1, 2)
    )
    assert one != two


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_ordered_unique_valid_and_names_its_brand(name: str) -> None:
    plan = make_plan(
        name,
        seed=11,
        brand=ACME,
        start=MONDAY,
        lead_days=0.5,
        days=2.5,
        mentions_per_hour=8,
        crisis_scale=0.3,
    )
    decoder = Decoder(Mention)
    seen: dict[str, Mention] = {}
    handles: set[str] = set()
    episode = 0
    for mention, of_episode, _ in Simulation(plan):
        assert decoder.decode(encode(mention)) == mention
        assert plan.start <= mention.created_at < plan.end
        assert mention.id not in seen
        text = mention.text.casefold()
        own = "AcmeHelp" in (mention.author.handle, mention.ref_author)
        assert own or "acme" in text or "acmé" in text
        if mention.ref_id:
            referred = seen[mention.ref_id]
            assert mention.ref_author == referred.author.handle
            assert mention.kind != "repost" or mention.text == referred.text
            assert mention.kind != "reply" or (
                mention.conversation_id == referred.conversation_id
                and referred.author.handle in mention.addressed
            )
        else:
            assert mention.kind == "original"
        seen[mention.id] = mention
        handles.add(mention.author.handle)
        episode += of_episode
    mentions = list(seen.values())
    assert all(
        a.created_at <= b.created_at and int(a.id) < int(b.id) for a, b in pairwise(mentions)
    )
    assert (episode == 0) == (name == "quiet")
    # X's handles have 15 characters at most: a longer one can be no real person's.
    assert all(len(handle) > 15 for handle in handles - {"AcmeHelp"})
    hosts = {url.split("/")[2] for mention in mentions for url in mention.urls}
    assert all(
        host.endswith(".example") or host in ("www.example.com", "www.example.org")
        for host in hosts
    )


def test_all_that_a_text_addresses_and_tags_is_in_the_fields() -> None:
    for mention in simulate(
        "spam-flood", seed=4, brand=ACME, start=MONDAY, days=1, lead_days=0.4, mentions_per_hour=9
    ):
        if "#acme" in mention.text:
            assert "acme" in mention.hashtags
        assert all(f"@{handle}" in mention.text for handle in mention.addressed)
        assert all(url in mention.text for url in mention.urls)


def test_ids_carry_their_time_as_snowflakes_do() -> None:
    mention = next(simulate("quiet", seed=1, brand=ACME, start=MONDAY))
    snowflake_epoch_ms = 1_288_834_974_657
    made_ms = (int(mention.id) >> 22) + snowflake_epoch_ms
    assert made_ms == round(mention.created_at.timestamp() * 1000)


def test_a_week_of_chatter_has_the_rate_that_was_asked_for() -> None:
    rates = [
        sum(1 for _ in simulate("quiet", seed=seed, brand=ACME, start=MONDAY, mentions_per_hour=6))
        / (7 * 24)
        for seed in range(6)
    ]
    assert 6 * 0.85 < mean(rates) < 6 * 1.15


def test_a_french_brand_sleeps_at_night_and_talks_in_the_evening() -> None:
    brand = Brand(id="acme", names=("Acme",), languages=("fr",))
    hours = Counter(
        mention.created_at.hour
        for mention in simulate("quiet", seed=2, brand=brand, start=MONDAY, mentions_per_hour=20)
    )
    assert sum(hours[hour] for hour in (19, 20)) > 4 * sum(hours[hour] for hour in (2, 3))


def test_only_the_languages_of_the_brand_are_spoken() -> None:
    brand = Brand(id="acme", names=("Acme",), languages=("fr", "de"))
    languages = {
        mention.lang
        for mention in simulate("nestle-greenpeace-2010", seed=1, brand=brand, start=MONDAY, days=4,
                                mentions_per_hour=5)
    }  # fmt: skip
    assert languages == {"fr", "de"}


def test_regulars_return_and_newcomers_arrive_more_so_in_a_crisis() -> None:
    plan = make_plan("boycott-call", seed=5, brand=ACME, start=MONDAY, lead_days=3,
                     mentions_per_hour=12, days=4.5, crisis_scale=0.5)  # fmt: skip
    known: set[str] = set()
    new: dict[bool, list[bool]] = {False: [], True: []}
    for mention, of_episode, _ in Simulation(plan):
        if mention.created_at > MONDAY + timedelta(days=2):
            new[of_episode].append(mention.author.id not in known)
        known.add(mention.author.id)
    assert 0.3 < mean(new[False]) < 0.6
    assert mean(new[True]) > mean(new[False]) + 0.15


def test_texts_are_many() -> None:
    texts = [
        mention.text
        for mention in simulate("quiet", seed=1, brand=ACME, start=MONDAY, mentions_per_hour=20)
        if mention.kind == "original"
    ]
    assert len(set(texts)) > 0.85 * len(texts)


def test_tempo_and_scale_change_the_storm_and_not_the_chatter() -> None:
    def counted(**change: float) -> tuple[int, int]:
        plan = make_plan("tv-moment", seed=1, brand=ACME, start=MONDAY, lead_days=0.8, days=2,
                         mentions_per_hour=8, **change)  # fmt: skip
        episodes = [of_episode for _, of_episode, _ in Simulation(plan)]
        return episodes.count(False), episodes.count(True)

    usual, storm = counted()
    calm_usual, larger = counted(crisis_scale=3)
    _, shorter = counted(tempo=3)
    assert larger > 2 * storm > 4 * shorter > 0
    assert abs(calm_usual - usual) < 0.2 * usual


def test_faults_are_told_at_once_before_the_first_mention() -> None:
    with pytest.raises(ValueError, match=r"no scenario 'quite'.*UTC.*days.*tempo"):
        simulate("quite", seed=1, brand=ACME, start=datetime(2024, 3, 4), days=0, tempo=0)  # noqa: DTZ001 - the fault


def test_a_language_without_texts_is_refused() -> None:
    brand = Brand(id="acme", names=("Acme",), languages=("fi",))
    with pytest.raises(ValueError, match="no texts in fi"):
        simulate("quiet", seed=1, brand=brand, start=MONDAY)


def test_jsonl_is_what_was_simulated(tmp_path: Path) -> None:
    path = tmp_path / "quiet.jsonl"

    def run() -> list[Mention]:
        return list(
            simulate("quiet", seed=1, brand=ACME, start=MONDAY, days=1, mentions_per_hour=9)
        )

    assert write_jsonl(path, run()) == len(run())
    decoder = Decoder(Mention)
    assert [decoder.decode(line) for line in path.read_bytes().splitlines()] == run()
