"""A CSV like a collection of tweets about two airlines: one comes into a storm, one gives a party.

All of it is made here. Three days of chatter about each; on the fourth at 10:00 Albatros Air is
shown dragging a passenger, and Pelican Air gives tickets away. Both are talked about as much.
"""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2024, 3, 4, tzinfo=UTC)
ONSET = START + timedelta(days=3, hours=10)
END = ONSET + timedelta(hours=4)
USUAL_PER_HOUR = 40
STORM_PER_HOUR = 1500
NEW_AUTHORS = 0.7
REPOSTS = 0.4
COLUMNS = ("tweet_id", "airline", "name", "followers", "retweeted", "text", "tweet_created")

BRANDS_YAML = """\
brands:
  - {id: albatros, names: [Albatros Air], handles: [albatrosair]}
  - {id: pelican, names: [Pelican Air], handles: [pelicanair]}
"""
MAPPING_YAML = """\
format: csv
id: tweet_id
created_at: tweet_created
timezone: UTC
text: text
lang: {constant: en}
author: {handle: name, followers: followers}
kind: {repost: [retweeted], reply: [{text_begins: "@"}]}
"""

CHATTER = (
    "@{handle} how do I change my seat on flight {n}?",
    "boarding {name} flight {n} now, see you on the other side",
    "@{handle} my bag did not arrive on {n}, please help",
    "{name} crew on {n} were lovely today, thank you",
    "why does @{handle} charge for water, flight {n}",
    "on my way to the gate, {name} {n} leaves in twenty minutes",
    "@{handle} thanks, that worked. Ticket {n} is fine now",
    "{n} delayed by half an hour again, @{handle}. I am tired",
)
STORM = (
    "This is disgusting. {name} staff drag a passenger off the plane {link} #BoycottAlbatros",
    "Shame on you {name}! Never flying with you again",
    "I am outraged: watch what {name} did to an old man {link}",
    "Boycott {name}. Horrible, violent, unacceptable #BoycottAlbatros",
    "absolutely appalling behaviour by @{handle} {link}",
    "how dare you @{handle}, this is brutal and shameful",
    "has {name} said anything about this yet? {link}",
    "@{handle} do you have a comment on what happened on your plane?",
    "that video of {name} made me cry. Cancelling my flight",
    "{name} stock will not like this #BoycottAlbatros",
)
PARTY = (
    "I love {name}! Follow and retweet to win two free tickets {link} #PelicanParty",
    "Thank you {name}, best giveaway ever, so happy",
    "Wow, free flights from {name}! Great idea {link}",
    "Good luck everybody, {name} is giving away tickets, amazing #PelicanParty",
    "hope I win the @{handle} tickets, yay {link} #PelicanParty",
    "Awesome, @{handle} you are wonderful, thanks",
    "how do I enter the {name} draw? {link}",
    "my sister won last year with {name}, fingers crossed #PelicanParty",
)
NAMES = {"albatros": ("Albatros Air", "albatrosair"), "pelican": ("Pelican Air", "pelicanair")}
LINKS = {
    "albatros": "https://video.example/dragged",
    "pelican": "https://pelican.example/win",
}


def write_csv(path: Path, *, seed: int = 1) -> int:
    """Write the collection, newest first as such files often are; return the number of rows."""
    rows = sorted(tweets(seed), reverse=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, (at, airline, name, followers, retweeted, text) in enumerate(rows):
            created = f"{at:%Y-%m-%d %H:%M:%S}"
            writer.writerow((10**9 - number, airline, name, followers, retweeted, text, created))
    return len(rows)


def tweets(seed: int = 1) -> Iterator[tuple[datetime, str, str, int, str, str]]:
    """Time, airline, author, followers, retweeted and text of each tweet."""
    chance = random.Random(seed)
    for airline, special in (("albatros", STORM), ("pelican", PARTY)):
        name, handle = NAMES[airline]
        at = START
        while at < END:
            storm = at >= ONSET and chance.random() < STORM_PER_HOUR / (
                STORM_PER_HOUR + USUAL_PER_HOUR
            )
            per_hour = STORM_PER_HOUR + USUAL_PER_HOUR if at >= ONSET else USUAL_PER_HOUR
            text = chance.choice(special if storm else CHATTER).format(
                name=name, handle=handle, n=chance.randrange(100, 999), link=LINKS[airline]
            )
            new = storm and chance.random() < NEW_AUTHORS
            author = f"new{chance.randrange(10**6)}" if new else f"flyer{chance.randrange(900)}"
            reposted = "RT" if storm and chance.random() < REPOSTS else ""
            followers = int(chance.paretovariate(0.9) * 30)
            yield at, airline, author, followers, reposted, text
            at += timedelta(seconds=chance.expovariate(per_hour / 3600))
