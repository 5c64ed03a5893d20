"""What survives a crash: the state of both shards, in tables of bytes.

A table is any mutable mapping of ``str`` to ``bytes``: Faust's in the worker, a ``dict`` in tests.
The keys of a partition are

========================  ====================================================================
``partition!header``      by what its state was written, see ``header``
``partition``             what is known of the whole partition (only the roll-up has this)
``partition|brand``       checkpoint of a brand: its state as of some record
``partition|brand|slot``  one entry: what a record did to the brand, see ``journal``
========================  ====================================================================
"""
