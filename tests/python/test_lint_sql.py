"""The linter finds the same whether it works out a file's layout once or for every rule."""

from __future__ import annotations

from typing import Any

import pytest
from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.parser import BaseSegment
from sqlfluff.utils.reflow.sequence import ReflowSequence

from lint_sql import once_per_file

MESSY = (
    """
select  a.id,b.amount
 from accounts as a left join
    lines as b on a.id=b.account_id
      where b.amount>0 and b.starts_on < '2025-01-01' and b.ends_on > '2024-01-01' and b.amount < 9
""",
    """
with x as (select id
  from lines), y as (
        select id from x ) select  y.id from y
    order by
  y.id
""",
)
# Rules that ask for the layout; LT14 does so without finding anything here.
LAYOUT = ("LT01", "LT02", "LT05", "LT14")


def findings() -> list[list[tuple[str, int, int, str]]]:
    linter = Linter(
        config=FluffConfig(
            overrides={"dialect": "duckdb", "templater": "raw", "max_line_length": 80}
        )
    )
    return [
        [
            (found.rule_code(), found.line_no, found.line_pos, found.desc())
            for found in linter.lint_string(text).get_violations()
        ]
        for text in MESSY
    ]


def test_the_linter_finds_the_same_with_one_layout_per_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked_out: list[BaseSegment] = []
    slow = ReflowSequence.from_root

    def counted(root_segment: BaseSegment, config: FluffConfig) -> ReflowSequence:
        worked_out.append(root_segment)
        return slow(root_segment, config)

    monkeypatch.setattr(ReflowSequence, "from_root", counted)
    expected = findings()
    assert {code for found in expected for code, *_ in found} >= set(LAYOUT[:3])
    assert len(worked_out) == len(LAYOUT) * len(MESSY)

    worked_out.clear()
    fast: Any = once_per_file(counted)
    monkeypatch.setattr(ReflowSequence, "from_root", fast)
    assert findings() == expected
    assert len(worked_out) == len(MESSY)
