"""Numbers on the command line, in the words of people: click says ``INTEGER RANGE``."""

import click


class Whole(click.IntRange):
    """A whole number, within bounds where there are some.

    >>> Whole(1, 20).convert("seven", None, None)
    Traceback (most recent call last):
        ...
    click.exceptions.BadParameter: 'seven' is not a valid whole number.
    """

    name = "whole number"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """What stands for the value in a help."""
        return "NUMBER"


class Number(click.FloatRange):
    """A number, within bounds where there are some.

    >>> Number(min=0).convert("seven", None, None)
    Traceback (most recent call last):
        ...
    click.exceptions.BadParameter: 'seven' is not a valid number.
    """

    name = "number"
