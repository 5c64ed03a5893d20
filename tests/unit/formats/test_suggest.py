"""A suggested mapping loads the export it was made from, and says what it guessed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.cli.main import main
from agents.ingest.formats import FormatError, open_mentions
from agents.ingest.formats.mapped.suggest import suggest
from schemas.mention import Mention

EXPORTS = {
    "brandwatch": '"Report:","Bulk Mentions Download"\n"Brand:","Acme"\n\n'
    '"Query Id","Date","Full Text","Author","Thread Entry Type","Resource Id","X Followers"\n'
    '"1","2021-03-15 09:00:00.0","Acme","a","post","111","12"\n'
    '"1","2021-03-15 09:00:10.0","RT @a Acme","b","share","112","1,234"\n',
    "meltwater": "Date\tHit Sentence\tInfluencer\tLanguage\tDocument ID\n"
    "15-Mar-2021 09:00AM\tAcme\t@a\tEnglish\t11\n15-Mar-2021 09:01AM\tRT @a: x\t@b\tEnglish\t12\n",
    "talkwalker": "published;content;author_name;lang;post_type;id\n"
    "2021/03/15 09:00:00;Acme;a;en;POST;1\n2021/03/15 09:01:00;Acme;b;en;RETWEET;2\n",
    "sprinklr": "CreatedTime,Message,Sender Screen Name,Sender Followers Count,Message Type,"
    "Universal Message Id\n1615798800000,Acme,a,1,Post,TW_1\n1615798810000,Acme,b,2,Retweet,TW_2\n",
    "crowdtangle": "Page Name,User Name,Post Created,Message,Followers at Posting\n"
    'Acme,a,2021-03-15 09:00:00 EDT,Acme,"1,234"\nB,b,2021-03-15 09:01:00 EDT,"RT @a: no",7\n',
    "twint": "id,conversation_id,created_at,date,time,user_id,username,tweet,language,retweet\n"
    "1,1,2021-03-15 09:00:00 UTC,2021-03-15,09:00:00,5,a,Acme,en,False\n"
    "2,1,2021-03-15 09:00:05 UTC,2021-03-15,09:00:05,6,b,Acme,en,True\n",
    "paper": "tweet_id\ttext\tuser_id\tcreated_at\tretweeted_status_id\n"
    "1\tAcme\t5\tMon Mar 15 09:00:00 +0000 2021\t\n2\tAcme\t6\tMon Mar 15 09:00:01 +0000 2021\t1\n",
    "french": "Identifiant;Date de publication;Heure;Contenu;Auteur;Abonnés;Est retweet\n"
    "1;15/03/2021;09:00;Acme été;a;1 234;non\n2;15/03/2021;09:01;Acme;b;12;oui\n",
    "spreadsheet": "tweet_id,name,text,tweet_created\n"
    "5.70306133677761E+017,a,Acme,2015-02-24 11:35:52 -0800\n"
    '5.70306133677761E+017,b,"RT @a: no",2015-02-24 11:35:53 -0800\n',
}
SNSCRAPE = [
    {"id": 1, "date": "2021-03-15T09:00:00+00:00", "rawContent": "Acme", "lang": "en",
     "user": {"username": "a", "id": 11, "followersCount": 5}, "retweetedTweet": None},
    {"id": 2, "date": "2021-03-15T09:00:01+00:00", "rawContent": "Acme", "lang": "en",
     "user": {"username": "b", "id": 12, "followersCount": 6}, "retweetedTweet": {"id": 1}},
]  # fmt: skip
EXPORTS["talkwalker authors"] = (
    "url;published;content;lang;extra_author_attributes.id;extra_author_attributes.name;"
    "extra_author_attributes.short_name\n"
    "https://x.com/a/status/1;1767603600000;Acme;en;7;Ana;a\n"
    "https://x.com/b/status/2;1767603601000;RT @a: no;fr;7;Ben;b\n"
)
EXPORTS["sprinklr words"] = (
    "Created Time,Message,Sender Screen Name,Message Type,Universal Message Id\n"
    "01/13/2026 09:00 PM,Acme,a,Twitter Mention,TW_1\n"
    "01/13/2026 09:05 PM,Acme,b,Twitter Retweet,TW_2\n"
)
GNIP = [
    {"id": "tag:search.twitter.com,2005:1", "verb": "post", "body": "Acme",
     "postedTime": "2026-01-05T09:00:00.000Z", "info": {"message": "no text"},
     "actor": {"id": "id:twitter.com:77", "preferredUsername": "a", "followersCount": 12}},
    {"id": "tag:search.twitter.com,2005:2", "verb": "share", "body": "Acme",
     "postedTime": "2026-01-05T09:00:01.000Z", "info": {"message": "no text"},
     "actor": {"id": "id:twitter.com:77", "preferredUsername": "b", "followersCount": 12}},
]  # fmt: skip
EXPORTS["gnip"] = "".join(json.dumps(one) + "\n" for one in GNIP)
EXPORTS["snscrape"] = "".join(json.dumps(one) + "\n" for one in SNSCRAPE)


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_suggested_loads_the_file(tmp_path: Path, name: str) -> None:
    path, mapping = tmp_path / "export", tmp_path / "mapping.yaml"
    path.write_text(EXPORTS[name])
    found = suggest(path)
    assert found.missing == ()
    mapping.write_text(found.mapping)
    items = list(open_mentions([path], mapping=mapping))
    assert all(isinstance(item, Mention) for item in items), items
    mentions = [item for item in items if isinstance(item, Mention)]
    assert [one.author.handle or one.author.id for one in mentions] in (["a", "b"], ["5", "6"])
    assert [one.kind for one in mentions] == ["original", "repost"]
    assert mentions[0].text.startswith("Acme")
    assert len({one.id for one in mentions}) == 2


def test_what_could_be_two_things_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,date,username,text\n1,03/04/2021 09:00,a,Acme\n")
    done = CliRunner().invoke(main, ["mapping", "suggest", str(path)])
    assert done.exit_code == 1
    assert "%d/%m/%Y %H:%M or %m/%d/%Y %H:%M" in done.stderr
    path.write_text("id,date,username,text\n1,03/24/2021 09:00,a,Acme\n")
    done = CliRunner().invoke(main, ["mapping", "suggest", str(path)])
    assert (done.exit_code, "%m/%d/%Y %H:%M" in done.stdout) == (0, True)
    assert "times carry no offset and are taken for UTC" in done.stderr


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,date,followers\n1,2021-03-15T09:00:00Z,3\n")
    assert [line.split(":")[0] for line in suggest(path).missing] == [
        "no column seems to hold the text",
        "no column seems to hold the author",
    ]


def test_a_table_of_other_things_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("1,2\n3,4\n")
    with pytest.raises(FormatError, match="by hand"):
        suggest(path)
