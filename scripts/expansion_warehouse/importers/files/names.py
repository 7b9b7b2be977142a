"""Column names of a file: every column has one, and no two have the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from expansion_warehouse.printable import is_invisible, printable_line

_BREAK = re.compile(r"\s*[\r\n]+\s*")


def plain_name(written: str) -> str:
    """A name without what nobody sees: blanks around it, invisible signs, line breaks in it."""
    visible = "".join(sign for sign in _BREAK.sub(" ", written) if not is_invisible(sign))
    return visible.strip()


class Names:
    """Names that were given so far; case does not tell two columns apart."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        """Begin with none; reserved names are given only to who bears them."""
        self._reserved = {name.casefold() for name in reserved}
        self._taken: set[str] = set()
        self.nameless: list[str] = []
        self.notes: list[str] = []

    def give(self, written: str, position: int) -> str:
        """The name of the column that is written so at a position (from 1)."""
        plain = plain_name(written)
        if plain and plain.casefold() not in self._taken:
            name = plain
        elif plain:
            name = self._free(plain, 2)
            said = f"{printable_line(plain)} of column {position} is {printable_line(name)}"
            self.notes.append(f"repeated name {said}")
        else:
            name = self._free("column", position)
            self.nameless.append(name)
        self._taken.add(name.casefold())
        return name

    def _free(self, name: str, number: int) -> str:
        while (free := f"{name}_{number}").casefold() in self._taken | self._reserved:
            number += 1
        return free


def names_of(header: Sequence[str]) -> tuple[list[str], Names]:
    """The columns of a header, and what is to be said about them."""
    names = Names(plain_name(written) for written in header)
    return [names.give(written, position) for position, written in enumerate(header, 1)], names
