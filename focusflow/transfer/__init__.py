"""The whole database, out and in: backup, restore, and the move to another database.

`archive` is the one file of a backup, `sqlite` and `postgresql` each take one database out and
put it back by its own means, `move` copies rows between the two, and `digest` proves that what
arrived is what left.
"""


class TransferError(Exception):
    """The backup, restore or move cannot be done; the message says why and what to do."""
