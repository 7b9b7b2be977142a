"""What changed within the week and since the run before: rows are compared, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from expansion_warehouse.monday.facts import Facts
from expansion_warehouse.monday.marts import Marts, Row
from expansion_warehouse.monday.names import owner_name

WEEK = 7


@dataclass(frozen=True)
class Change:
    """One account's value then and now; `was` or `now` is None where it was not in force."""

    account: Row
    owner: str | None
    was: object
    now: object


@dataclass(frozen=True)
class Changes:
    """Alerts that began or ended, and accounts that changed."""

    began: tuple[Row, ...] = ()
    ended: tuple[Row, ...] = ()
    bands: tuple[Change, ...] = ()
    mrr: tuple[Change, ...] = ()

    def of(self, owner: str | None) -> Changes:
        """Those of one owner."""
        return replace(
            self,
            began=tuple(row for row in self.began if owner_name(row["owner"]) == owner),
            ended=tuple(row for row in self.ended if owner_name(row["owner"]) == owner),
            bands=tuple(change for change in self.bands if change.owner == owner),
            mrr=tuple(change for change in self.mrr if change.owner == owner),
        )

    @property
    def nothing(self) -> bool:
        """Whether nothing changed."""
        return not (self.began or self.ended or self.bands or self.mrr)


@dataclass(frozen=True)
class Since:
    """Changes since the run before; `why_not` says why there is no comparison."""

    changes: Changes = Changes()
    as_of: date | None = None
    book: Row | None = None
    why_not: str | None = None


@dataclass(frozen=True)
class Before:
    """The run before, or why it cannot be compared with."""

    marts: Marts | None = None
    facts: Facts | None = None
    why_not: str | None = "no earlier run is here"


def within_the_week(marts: Marts, as_of: date | None) -> Changes:
    """Alerts that began or ended in the seven days up to the as-of date."""
    if as_of is None:
        return Changes()
    first = as_of - timedelta(days=WEEK - 1)

    def is_within(row: Row, column: str) -> bool:
        return row[column] is not None and first <= row[column] <= as_of

    return Changes(
        began=tuple(row for row in marts.alerts if is_within(row, "began_on")),
        ended=tuple(row for row in marts.alerts if is_within(row, "ended_on")),
    )


def since_the_run_before(marts: Marts, facts: Facts, before: Before) -> Since:
    """Alerts, health bands and MRR in force beside those of the run before."""
    if before.marts is None or before.facts is None:
        return Since(why_not=before.why_not)
    then = before.facts.as_of
    if then is None or facts.as_of is None:
        return Since(why_not="one of the two runs does not say as of when it is")
    if then > facts.as_of:
        return Since(as_of=then, why_not=f"the run before is as of a later day, {then}")
    same_money = before.facts.currency == facts.currency
    return Since(
        as_of=then,
        book=before.marts.book if same_money else None,
        changes=Changes(
            **_alert_changes(before.marts, marts),
            bands=_value_changes(before.marts, marts, "health_band"),
            mrr=_value_changes(before.marts, marts, "mrr") if same_money else (),
        ),
        why_not=_lacking(before.marts, marts, same_money),
    )


def _lacking(before: Marts, now: Marts, same_money: bool) -> str | None:
    """What one of two runs lacks, so that it is not compared."""
    lacks = sorted((before.absent | now.absent) & {"fct_alerts", "fct_accounts_today"})
    found = [f"{mart} is not in both runs" for mart in lacks]
    if not same_money:
        found.append("the run before has another reporting currency")
    return "; ".join(found) or None


def _alert_changes(before: Marts, now: Marts) -> dict[str, tuple[Row, ...]]:
    """Alerts that are open in one run and not in the other."""
    if "fct_alerts" in before.absent | now.absent:
        return {"began": (), "ended": ()}
    then_open, now_open = (_open(run.alerts) for run in (before, now))
    known = {row["alert_id"]: row for row in now.alerts}
    return {
        "began": tuple(row for alert, row in now_open.items() if alert not in then_open),
        "ended": tuple(
            known.get(alert, row) for alert, row in then_open.items() if alert not in now_open
        ),
    }


def _open(alerts: Iterable[Row]) -> dict[str, Row]:
    return {row["alert_id"]: row for row in alerts if row["is_open"]}


def _value_changes(before: Marts, now: Marts, column: str) -> tuple[Change, ...]:
    """Accounts whose value differs, the largest by MRR first."""
    if "fct_accounts_today" in before.absent | now.absent:
        return ()
    then_rows, now_rows = (_by_account(run.accounts) for run in (before, now))
    changes = [
        Change(
            account=row,
            owner=owner_name(row["csm_owner"], row["sales_owner"]),
            was=then_rows[account][column] if account in then_rows else None,
            now=now_rows[account][column] if account in now_rows else None,
        )
        for account, row in sorted({**then_rows, **now_rows}.items())
    ]
    differing = [change for change in changes if change.was != change.now]
    return tuple(sorted(differing, key=lambda change: -(change.account["mrr"] or 0)))


def _by_account(accounts: Sequence[Row]) -> dict[str, Row]:
    return {row["account_id"]: row for row in accounts}
