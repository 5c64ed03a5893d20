"""The stream processors on Faust: the only room that knows it.

Three agents. Each takes a record (that of mentions all that wait), applies it to a pure shard and
sends what comes out::

    tocsin.mentions ─► Shard ─► tocsin.buckets ─► JudgeShard ─► tocsin.incidents
                         └──────────┬──────────────────┤
                                    ▼                  └──◄ tocsin.feedback
                           tocsin.dead-letters

- ``app``: ``Worker``, which builds the Faust app with its topics and tables and puts the rest
  together; its options.
- ``mentions``, ``buckets``, ``feedback``: one agent each. The latter two share ``judges``.
- ``guard``: what surrounds every agent: an error ends the process, a lost record is noticed.
- ``forgetting``: what was deleted is taken out of the state, brand by brand, between two steps.
- ``waiting``: the records that wait in a stream beside the one that Faust hands over.
- ``sending``: what the agents send, each send tracked until Kafka has it.
- ``lag``: how far each partition is applied, how many records wait, which ones retention took.
- ``stages``: the names under which metrics count the agents, and where tests end the process.
- ``reader_thread``: careful reading beside the event loop.
- ``faust_fixes``: the faults of Faust and aiokafka that are mended here, each with its version.
"""
