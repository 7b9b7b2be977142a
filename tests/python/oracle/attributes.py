"""Attributes of accounts that have no column: which version holds on which day."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from oracle import rows
from oracle.ids import AmbiguousIdError, Ids
from oracle.parsing import AttributeVersion, read_date, recorded
from oracle.versions import is_known, known_order


def clean_text(value: str | None) -> str | None:
    """Text after NFKC and trimming; nothing where nothing is left."""
    return unicodedata.normalize("NFKC", value or "").strip() or None


def parse_attributes(
    raws: Iterable[rows.AccountAttribute], ids: Ids, accounts: set[str], zone: str
) -> list[AttributeVersion]:
    """Rows about an account that there is, each from `valid_from`, else its recording, else always.

    A row that stands there twice counts once.
    """
    found: dict[AttributeVersion, None] = {}
    for raw in raws:
        try:
            account_id = ids.meant("accounts", raw.account_id)
        except AmbiguousIdError:
            continue
        name = clean_text(raw.attribute)
        if account_id is None or account_id not in accounts or name is None:
            continue
        moment, day = recorded(raw.recorded_at, zone)
        first = read_date(raw.valid_from, zone) or day
        value = clean_text(raw.value)
        found[AttributeVersion(account_id, name, value, first, moment, day)] = None
    return list(found)


class Attributes:
    """What is known of every attribute at a cut."""

    def __init__(self, versions: Iterable[AttributeVersion], cut: date) -> None:
        self._layers: dict[tuple[str, str], list[AttributeVersion]] = defaultdict(list)
        for x in versions:
            if is_known(x.recorded_on, cut):
                self._layers[x.account_id, x.name].append(x)
        for layers in self._layers.values():
            layers.sort(key=lambda x: (known_order(x.recorded_at), x.first or date.min))

    def names(self) -> set[str]:
        """Every attribute that any account has."""
        return {name for _, name in self._layers}

    def value(self, account: str, name: str, day: date, *, from_the_beginning: bool) -> str | None:
        """The value on a day; before the first one that is left, perhaps that one's."""
        layers = self._layers.get((account, name), [])
        found = None
        for n, x in enumerate(layers):
            later = [y.first or date.min for y in layers[n + 1 :]]
            first = x.first or date.min
            if later and min(later) <= first:
                continue
            if found is None and from_the_beginning:
                found = x
            if first <= day and all(day < y for y in later):
                return x.value
        return None if found is None or (found.first or date.min) <= day else found.value
