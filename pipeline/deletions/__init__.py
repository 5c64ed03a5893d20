"""Forgetting posts and accounts in what is kept, without moving a count.

- ``many_names``: very many names in little room.
- ``alias``: what stands in the place of a name that is forgotten.
- ``to_forget``: which posts, accounts and links are to be forgotten.
- ``records``: mentions, buckets and transitions without them.

Structures that are kept forget by themselves (``forget``), next to their fields. See
``docs/adr/0029-deletions.md``.
"""
