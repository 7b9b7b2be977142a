"""An answer as text for a terminal: the number first, then what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from textwrap import fill, shorten
from typing import Any

_SHOWN = 12
_WIDTH = 96
_SIGNS = {1: "+", -1: "-"}


def page(answer: Mapping[str, Any]) -> str:
    """The answer on one page; long lists are cut, `--json` has more of them."""
    return "\n".join(_blocks(answer))


def _blocks(answer: Mapping[str, Any]) -> Iterator[str]:
    cell, how = answer["cell"], answer["how"]
    key = "  ".join(f"{name}={_shown(value)}" for name, value in cell.get("key", {}).items())
    if "value" in cell:
        yield f"{cell['mart']}.{cell['column']} = {_shown(cell['value'])}"
        yield f"  {key}"
    else:
        yield f"{cell['mart']}.{cell['column']}"
    yield from _wrapped(answer["definition"] or "", "")
    if how["operation"] is None:
        yield f"\n{how['because']}"
        others = answer.get("explained_columns")
        if others:
            yield from _wrapped(f"explained of {cell['mart']}: {', '.join(others)}", "")
    else:
        yield from _how(how, "")
    words = answer.get("words") or {}
    if words:
        yield "\nIn words"
        for name, value in words.items():
            yield from _wrapped(f"{name}: {_shown(value)}", "  ")
    yield from _listed("Drivers", answer.get("drivers") or (), 0)
    yield from _listed(
        "Contract lines", answer.get("lines") or (), int(answer.get("lines_left_out") or 0)
    )
    if answer.get("meanings"):
        yield "\nMeanings"
        for code, meaning in answer["meanings"].items():
            yield from _wrapped(f"{code}: {meaning}", "  ")
    if answer.get("rules"):
        yield "\nRules"
        for rule in answer["rules"]:
            text = shorten(rule["text"] or "", _WIDTH * 2, placeholder=" …")
            yield from _wrapped(f"{rule['at']}: {text}", "  ")
    yield ""
    seal = answer.get("seal")
    if seal:
        yield f"Sealed   {seal['month']}, {seal.get('digest')}"
    run = answer["run"]
    yield f"Run      {run['run_id']}, as of {run['as_of_date']}, amounts in {run['currency']}"


def _how(how: Mapping[str, Any], margin: str) -> Iterator[str]:
    operation = how["operation"]
    if operation is None:
        yield f"{margin}  {how['because']}"
    elif operation == "same":
        of = how["cell"]
        key = " ".join(f"{name}={_shown(value)}" for name, value in of["key"].items())
        yield f"\n{margin}Is {of['mart']}.{of['column']} = {_shown(how['value'])}  ({key})"
        if how["withheld"]:
            yield f"{margin}  withheld here: it is not ripe yet"
        yield from _how(how["how"], margin + "  ")
    elif operation == "sum":
        yield f"{margin}Sum of {len(how['rows']):,} rows" + (
            f", {how['rows_with_nothing']:,} more with 0" if how["rows_with_nothing"] else ""
        )
        yield from _table(how["rows"], margin + "  ")
    elif operation == "parts":
        yield f"\n{margin}Adds up" + (f", month by month of {how['of']}" if "of" in how else "")
        yield from _terms(how["parts"], margin)
    elif operation == "interval":
        yield f"\n{margin}Follows by {how['by']} from"
        for name, value in (*how["sums"].items(), *how["thresholds"].items()):
            yield f"{margin}  {name} = {_shown(value)}"
        yield f"{margin}of {len(how['rows']):,} accounts"
        yield from _table(how["rows"], margin + "  ")
    else:
        yield f"\n{margin}Numerator"
        yield from _terms(how["numerator"], margin)
        yield f"\n{margin}Denominator"
        yield from _terms(how["denominator"], margin)
        if how["withheld"]:
            yield f"{margin}  withheld: it is not ripe yet"


def _terms(terms: Sequence[Mapping[str, Any]], margin: str) -> Iterator[str]:
    for term in terms:
        month = f"{term['month']}  " if "month" in term else ""
        yield f"{margin}  {_SIGNS[term['sign']]} {month}{term['column']} = {_shown(term['value'])}"
        # The accounts of each month are in the JSON, and in an answer of their own.
        if "how" in term and not month:
            yield from _how(term["how"], margin + "    ")


def _listed(title: str, rows: Sequence[Mapping[str, Any]], left_out: int) -> Iterator[str]:
    if rows:
        yield f"\n{title}"
        yield from _table(rows, "  ", left_out)


def _table(rows: Sequence[Mapping[str, Any]], margin: str, left_out: int = 0) -> Iterator[str]:
    if not rows:
        return
    names = [name for name in rows[0] if any(row[name] is not None for row in rows[:_SHOWN])]
    cells = [names, *([_shown(row[name]) for name in names] for row in rows[:_SHOWN])]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    for line in cells:
        aligned = [
            text.rjust(width) if _is_number(rows[0][name]) else text.ljust(width)
            for text, width, name in zip(line, widths, names, strict=True)
        ]
        yield (margin + "  ".join(aligned)).rstrip()
    more = len(rows) - _SHOWN + left_out
    if more > 0:
        yield f"{margin}… {more:,} more"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if value is None:
        return "(empty)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:,}" if isinstance(value, int) else str(value)


def _wrapped(text: str, margin: str) -> Iterator[str]:
    if text:
        yield fill(
            " ".join(text.split()),
            _WIDTH,
            initial_indent=margin,
            subsequent_indent=margin + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
