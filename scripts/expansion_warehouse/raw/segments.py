"""Whether the raw folder has what the setting `segments` names."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.errors import BadInput
from expansion_warehouse.settings import SEGMENT_PARTS, segment_parts

_LISTED = 20


def require_known_segments(database: Path, segments: Sequence[str], origin: str) -> None:
    """Raise BadInput for a name that is no part of a segment and no attribute of any account.

    `database` has the registered raw folder, `origin` says where the setting was stated.
    """
    if not segments:
        return
    with open_read_only(database) as con:
        rows = con.execute(
            "select distinct attribute from raw.account_attributes "
            "where _reject_reason is null and attribute is not null"
        ).fetchall()
    known = [*SEGMENT_PARTS, *sorted({row[0] for row in rows} - set(SEGMENT_PARTS))]
    for stated in segments:
        for part in segment_parts(stated):
            if part not in known:
                raise BadInput(
                    f"{origin}: segments: no account has an attribute {part!r}"
                    f" ({_nearest(part, known)})"
                )


def _nearest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=3)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f"known: {', '.join(known[:_LISTED])}{more}"
