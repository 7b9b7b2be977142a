"""What the pages of an API say of those that follow them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Keys that say it outright, whether a page that follows is named or not.
_SAID = {"end_of_stream": False, "has_more": True, "hasMore": True, "done": False}
_NAMED = (
    *("next_page", "nextPage", "next_url", "nextRecordsUrl"),
    *("next_offset", "next_cursor", "next"),
)
_INSIDE = ("meta", "metadata", "paging", "pagination", "pages", "links", "_links")
_TRUTHS = {"true": True, "false": False}


@dataclass
class Pages:
    """The pages of one table: those that name more with the key that does, and whether one ends."""

    more: dict[Path, str] = field(default_factory=dict)
    has_last: bool = False

    def add(self, path: Path, page: Mapping[str, Any]) -> None:
        """Note what a page says, given all that stands beside its rows."""
        key = more_follows(page)
        if key is None:
            self.has_last = True
        else:
            self.more.setdefault(path, key)

    @property
    def lacking(self) -> dict[Path, str]:
        """Files that say there are more, with their key; none where one page says it is the last.

        Of the pages of a list all but the last say so, and so it is if the last is there.
        """
        return {} if self.has_last else dict(self.more)


def more_follows(page: Mapping[str, Any]) -> str | None:
    """The key by which a page says that another follows; None where it says none does."""
    for keys in (tuple(_SAID), _NAMED):
        for part in _parts(page):
            for key in keys:
                if key in part and (said := _says(key, part[key])) is not None:
                    return key if said else None
    return None


def _parts(page: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield page
    yield from (page[name] for name in _INSIDE if isinstance(page.get(name), dict))


def _says(key: str, value: Any) -> bool | None:
    """Whether a key says that more follow; None where its value says nothing of it."""
    if key in _SAID:
        truth = _TRUTHS.get(str(value).lower())
        return None if truth is None else truth is _SAID[key]
    return value not in (None, "", False, "null")
