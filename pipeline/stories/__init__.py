"""What is said about a brand, told apart by what it is about: stories.

A story is held together by what its posts share: the post they pass on or answer, a link, a
hashtag, a wording, rare words (``keys``). ``cluster`` keeps the stories of one brand in bounded
memory; a bucket's posts are given out to them in a fixed order when it closes, so that the same
posts make the same stories whatever order they came in and however often a worker crashed.
"""

from pipeline.stories.cluster import Clusters, ClusterState
from pipeline.stories.naming import own_words, words_of
from pipeline.stories.telling import told

__all__ = ["ClusterState", "Clusters", "own_words", "told", "words_of"]
