"""Which row an id means: the one it equals, else the only one that differs from it by case."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from oracle import rows


class AmbiguousIdError(ValueError):
    """An id that is nobody's and differs by case from several."""


def clean_id(value: str | None) -> str | None:
    """Ids are compared after NFKC and trimming and keep their case; an empty id is no id."""
    if value is None:
        return None
    return unicodedata.normalize("NFKC", value).strip() or None


class Ids:
    """The ids of each table that other rows refer to."""

    def __init__(self, book: rows.Book) -> None:
        self._spellings: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._add("accounts", (row.account_id for row in book.accounts))
        self._add("products", (row.product_id for row in book.products))
        self._add("plans", (row.plan_id for row in book.plans))
        self._add("contract_lines", (row.contract_line_id for row in book.contract_lines))
        self._add("invoices", (row.invoice_id for row in book.invoices))

    def _add(self, table: str, written: Iterable[str | None]) -> None:
        for value in written:
            found = clean_id(value)
            if found is not None:
                self._spellings[table, found.upper()].add(found)

    def meant(self, table: str, value: str | None) -> str | None:
        """The id of a table that a reference means; as written where it means none.

        Raises AmbiguousIdError where it may mean several.
        """
        written = clean_id(value)
        if written is None:
            return None
        spellings = self._spellings.get((table, written.upper()), set())
        if written in spellings or not spellings:
            return written
        if len(spellings) > 1:
            raise AmbiguousIdError(written)
        return next(iter(spellings))
