"""Coverage: which optional tables a run had, and what is empty or poorer without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from expansion_warehouse.engine.marts import dependents
from expansion_warehouse.raw.contract import RawTable
from expansion_warehouse.raw.folder import RawFolder

State = Literal["present", "empty", "absent"]


@dataclass(frozen=True)
class TableCoverage:
    """One optional table; `marts` read it, directly or through other models."""

    table: str
    state: State
    rows: int
    marts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The entry of run.json."""
        return {
            "table": self.table,
            "state": self.state,
            "rows": self.rows,
            "marts": list(self.marts),
        }


def measure_coverage(
    contract: Sequence[RawTable],
    folder: RawFolder,
    rows: Mapping[str, int],
    manifest: Mapping[str, Any],
) -> list[TableCoverage]:
    """Coverage of every optional table, in the order of the contract."""
    optional = [table.name for table in contract if not table.required]
    readers = dependents(manifest, optional)
    return [
        TableCoverage(
            table=name,
            state=_state(name, folder, rows),
            rows=rows.get(name, 0),
            marts=tuple(readers.get(name, ())),
        )
        for name in optional
    ]


def _state(name: str, folder: RawFolder, rows: Mapping[str, int]) -> State:
    if name in folder.absent:
        return "absent"
    return "present" if rows.get(name) else "empty"
