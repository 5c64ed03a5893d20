"""The contracts: what travels on the wire, the table of topics, the brand configuration.

Imports nothing of ours. Every record is a frozen, slotted ``msgspec.Struct`` whose JSON carries
``"schema": 1``; a change is backward compatible or raises that number. Unknown fields are
tolerated, missing or wrong ones are named in the error (see ``schemas.codec``).
"""
