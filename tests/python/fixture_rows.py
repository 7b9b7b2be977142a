"""Where dbt writes the rows of a unit test into the SQL of its model.

dbt has the whole statement parsed to find its `with`, which takes a quarter of the unit tests'
time. The models of this project begin with it, so the rest need not be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlparse import parse
from sqlparse.sql import Statement, Token
from sqlparse.tokens import Keyword, Other, Whitespace

_BEGINNING = re.compile(r"(\s*)(with)(\s+)(?!recursive\b)(.*)", re.DOTALL | re.IGNORECASE)
_KINDS = (Whitespace, Keyword.CTE, Whitespace, Other)


def beginning(sql: str) -> tuple[Statement, ...]:
    """The statement as far as dbt looks at it; all of it where it does not begin with `with`."""
    found = _BEGINNING.fullmatch(sql)
    if found is None:
        return tuple(parse(sql))
    parts = zip(_KINDS, found.groups(), strict=True)
    return (Statement([Token(kind, text) for kind, text in parts]),)


@contextmanager
def only_beginnings_parsed() -> Iterator[None]:
    """Let dbt look no further than the first word of a model."""
    with patch("dbt.compilation.sqlparse.parse", beginning):
        yield
