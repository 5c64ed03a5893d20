"""Is it a crisis? From the buckets of a brand to the steps in the life of an incident.

``judge`` is the judge of one brand, ``state`` what it remembers, ``brand_judge`` how that survives
a crash, ``shard`` one partition of judges, ``reasons`` the names of why a step was taken. The
rooms, each importing only those above it:

- ``detector``: how rare, of what kind, how big. It decides what is told. Severity is ``size``.
- ``window``: what the buckets of the last minutes and hours hold, before anybody judges it.
- ``baseline``: what is usual for this brand, and how rare its volume is (``baseline.volume``).
- ``patterns``: what it is like. The reference episodes are the files of ``patterns/episodes``.
- ``incident``: from the onset to the end of one incident, and the transitions that tell of it.
- ``feedback``: what people answered, and what the judge makes of it.
"""
