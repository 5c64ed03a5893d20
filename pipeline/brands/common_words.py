"""Words so common that, as a brand's name, they drown the brand in other talk.

Our own short list: function words of English, French, German and Spanish, and everyday words that
well-known brands are called by.
"""

_LISTED = """
a about all an and are as at be but by can do for from go has have he her his how i if in is it
its just like me my new no not now of on one or our out she so that the their them they this to
up us we what when who will with you your yes
au aux avec ce ces dans de des du elle en est et il ils je la le les leur lui ma mais mes mon ne
nous on ou par pas plus pour que qui sa se ses si son sur ta te tu un une vous bon bien tout
das dem den der die ein eine er es ich ist mit nicht sie und von wir zu
al con del el ella los las lo para pero por su una y
always apple best boss bounce caterpillar champion dash dove free fresh galaxy gap innocent
live mars monster next orange polo post shell smart sprint subway target tide time total vanish
visa which
"""

COMMON_WORDS = frozenset(_LISTED.split())
