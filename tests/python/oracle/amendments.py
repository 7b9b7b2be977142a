"""Lines with negative units: they take away from what they amend while that is on the books."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from oracle.parsing import Line

ZERO = Fraction(0)


def predecessors(rows: Iterable[Line]) -> dict[str, set[str]]:
    """By line, the lines that its versions name as replaced."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.replaces_line_id not in (None, row.line_id):
            found.setdefault(row.line_id, set()).add(str(row.replaces_line_id))
    return found


def ancestors(line_id: str, replaced: Mapping[str, set[str]]) -> frozenset[str]:
    """Every line whose place a line has taken, however many steps away."""
    seen, ahead = {line_id}, {line_id}
    while ahead:
        ahead = {x for key in ahead for x in replaced.get(key, ())} - seen
        seen |= ahead
    return frozenset(seen - {line_id})


def amends(
    amendment: Line,
    line: Line,
    replaced: Mapping[str, set[str]],
    account_of: Callable[[str], str],
) -> bool:
    """Whether an amendment takes away from a line: the named one, else those of its contract."""
    if amendment.parent_line_id is not None:
        return amendment.parent_line_id in {line.line_id, *ancestors(line.line_id, replaced)}
    return (amendment.contract_id, amendment.product_id, account_of(amendment.owner_id)) == (
        line.contract_id,
        line.product_id,
        account_of(line.owner_id),
    )


def limited(amount: Fraction, floor: Fraction) -> Fraction:
    """A negative amount, no lower than what is left to take."""
    return max(amount, -max(floor, ZERO))
