"""Small books on which the warehouse and the oracle once disagreed; each is compared every time.

A failing property prints its book as code, shrunk to the rows that matter: put it here with a
line that says what was wrong.
"""

from oracle.rows import Book

KEPT: dict[str, Book] = {}
