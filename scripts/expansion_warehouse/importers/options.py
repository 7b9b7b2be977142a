"""What may be said to an import: every option is of a kind, so a wrong word is not a quiet one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict

from expansion_warehouse.errors import BadInput
from expansion_warehouse.raw.spellings import plain_day, plain_number

Kind = Literal[
    "text",
    "number",
    "whole_number",
    "time_zone",
    "day",
    "field",
    "currency",
    "codes",
]
# What YAML and some people make of an unquoted yes or no.
_ANSWERS = {"true": "yes", "false": "no"}


def _as_words(value: Any) -> Any:
    """Words of a list; YAML reads an unquoted yes or no as true or false."""
    if not isinstance(value, list):
        return value
    return [_ANSWERS[str(word).lower()] if isinstance(word, bool) else word for word in value]


class Option(BaseModel):
    """What whoever imports may say; SQL reads it with `getvariable('<name>')`.

    Of `values` one is taken, whatever its case; else `kind` says what it has to be. An option that
    is empty by default may be left empty.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    default: str | int | float | bool | None = None
    meaning: str
    kind: Kind = "text"
    values: Annotated[list[str], BeforeValidator(_as_words)] = []

    @property
    def allowed(self) -> str:
        """What may be said, in words."""
        if not self.values:
            return _WORDS.get(self.kind, "a text")
        listed = [word for word in self.values if word]
        return " or ".join([", ".join(listed[:-1]), listed[-1]] if listed[1:] else listed)

    def read(self, told: str | int | float | bool | None) -> str | None:
        """A value as SQL gets it. Raises ValueError where it is not allowed."""
        text = str(told).lower() if isinstance(told, bool) else told
        text = None if text is None else str(text).strip()
        if not text and self.default in (None, ""):
            return self.default and str(self.default)
        if self.values:
            return self._value(text or "")
        if self.kind == "text":
            return text
        found = _READ[self.kind](text or "")
        if found is None:
            raise ValueError(self.allowed)
        return found

    def _value(self, text: str) -> str:
        known = {word.casefold(): word for word in self.values}
        word = text.casefold()
        found = known.get(word, known.get(_ANSWERS.get(word, "")))
        if found is None:
            raise ValueError(self.allowed)
        return found


def _number(text: str) -> str | None:
    plain = plain_number(text)
    return plain if plain is not None and float(plain) > 0 else None


def _whole_number(text: str) -> str | None:
    plain = _number(text)
    return plain if plain is not None and float(plain).is_integer() else None


def _zone(text: str) -> str | None:
    return text if text in available_timezones() else None


def _currency(text: str) -> str | None:
    return text.upper() if re.fullmatch(r"[A-Za-z]{3}", text, flags=re.ASCII) else None


def _field(text: str) -> str | None:
    return text or None


def _codes(text: str) -> str | None:
    pairs = [pair.partition("=") for pair in text.split(";") if pair.strip()]
    return text if all(sign and word.strip() for word, sign, _ in pairs) else None


_READ: Mapping[str, Callable[[str], str | None]] = {
    "number": _number,
    "whole_number": _whole_number,
    "time_zone": _zone,
    "day": plain_day,
    "field": _field,
    "currency": _currency,
    "codes": _codes,
}
_WORDS = {
    "number": "a number above 0",
    "whole_number": "a whole number above 0",
    "time_zone": "an IANA time zone such as Asia/Tokyo",
    "day": "a day such as 2025-01-31",
    "field": "the name of a column",
    "currency": "three letters such as EUR",
    "codes": "`word=code` with semicolons between them",
}


def read_options(
    system: str,
    options: Mapping[str, Option],
    told: Mapping[str, str | None],
    others: tuple[str, ...] = (),
) -> dict[str, str | None]:
    """Every option with its value as text; BadInput for a name or a value that is not allowed."""
    for name in told:
        if name not in options:
            known = ", ".join([*options, *others])
            raise BadInput(f"{system} has no option '{name}'; known: {known}")
    values = {}
    for name, option in options.items():
        said = told.get(name, option.default)
        try:
            values[name] = option.read(said)
        except ValueError as error:
            raise BadInput(f"{system}: option {name} is {error}, not {said or ''!r}") from None
    return values
