"""Every case of a form has the features that ``features`` names."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentiment.features import forms
from pipeline.sentiment.features.extraction import shape_names


def weight_of(names: tuple[str, ...]) -> int:
    return sum(hash(name) % 1_009 for name in names)


BODIES, LOOKS = forms.by_body(weight_of), forms.by_style(weight_of)


@given(st.data())
def test_the_halves_of_a_shape_weigh_what_the_whole_does(data: st.DataObject) -> None:
    positive, negative = (data.draw(st.integers(0, forms.SUMS - 1)) for _ in range(2))
    length, last = data.draw(st.integers(0, forms.LENGTHS - 1)), data.draw(st.integers(0, 2))
    mark = data.draw(st.integers(0, len(forms.ENDINGS) - 1))
    shouts = data.draw(st.integers(0, forms.SHOUTS - 1))
    addressed, linked = data.draw(st.booleans()), data.draw(st.booleans())
    body = (positive * forms.SUMS + negative) * forms.LENGTHS + length
    style = (last * len(forms.ENDINGS) + mark) * forms.SHOUTS + shouts
    style = (style * 2 + addressed) * 2 + linked
    ends = forms.SIGNS[last], forms.ENDINGS[mark]
    names = shape_names((positive, negative, length, *ends, shouts, addressed, linked))
    assert BODIES[body] + LOOKS[style] == weight_of(tuple(names))
    assert (BODIES.dtype, len(LOOKS)) == (np.int64, len(forms.STYLE_NAMES))
