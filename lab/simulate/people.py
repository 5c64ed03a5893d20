"""Who posts next: a crowd of the language, bots, the one who will not let go, or the brand."""

from datetime import datetime, timedelta

from lab.simulate.authors import CAREFUL, Crowd, Person
from lab.simulate.draws import Draws
from lab.simulate.scenario import Beat
from lab.simulate.streams import WaveStream
from lab.simulate.texts import LANGUAGES, made_up_names, own_handle
from schemas.brand import Brand
from schemas.mention import Author

_REGULARS_AT_LEAST = 200
_REGULARS_PER_HOURLY_MENTION = 40
_BOTS = 150
_ONES_FOLLOWERS = 900


class People:
    """All who may post in one simulation, by language."""

    def __init__(
        self,
        name: str,
        brand: Brand,
        *,
        start: datetime,
        mentions_per_hour: float,
        chatter: WaveStream,
    ) -> None:
        names = made_up_names(Draws(name, "handles"))
        regulars = _REGULARS_AT_LEAST + _REGULARS_PER_HOURLY_MENTION * mentions_per_hour

        def crowd(language: str, size: int, *, young: bool = False) -> Crowd:
            draws = Draws(name, "people", language, young)
            return Crowd(
                language, size, start=start, names=names, draws=draws, salt=name, young=young
            )

        self._crowds = {
            language: crowd(language, int(regulars * chatter.share(language)))
            for language in LANGUAGES
        }
        self._bots = {language: crowd(language, _BOTS, young=True) for language in LANGUAGES}
        self._the_one: Person | None = None
        self._own = Person(
            Author(
                id=str(1_000_000 + Draws(name, "own").below(9_000_000)),
                handle=own_handle(brand),
                followers=int(2_000 + 250 * mentions_per_hour),
                verified=True,
                created_at=start.replace(microsecond=0) - timedelta(days=900),
            ),
            CAREFUL,
        )

    def next_author(
        self, stream: WaveStream, language: str, beat: Beat | None, *, echo: bool
    ) -> Person:
        """Return who posts in ``stream``, who posts ``beat``, or who echoes either of them."""
        crowd = self._crowds[language]
        if beat is not None and beat.by == "amplifier":
            return crowd.newcomer(followers=beat.followers, verified=beat.verified)
        match stream.wave.crowd if beat is None else beat.by:
            case "bots":
                return self._bots[language].pick(stream.wave.newcomers)
            case "own" if not echo:
                return self._own
            case "one" if not echo:
                if self._the_one is None:
                    self._the_one = crowd.newcomer(followers=_ONES_FOLLOWERS)
                return self._the_one
            case _:
                return crowd.pick(stream.wave.newcomers)
