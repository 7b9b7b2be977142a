"""The pack as data: what each reader should see, selected and ordered from the marts of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from expansion_warehouse.monday.changes import (
    WEEK,
    Before,
    Changes,
    Since,
    since_the_run_before,
    within_the_week,
)
from expansion_warehouse.monday.facts import Facts
from expansion_warehouse.monday.marts import Marts, Row
from expansion_warehouse.monday.names import owner_name, owner_order
from expansion_warehouse.monday.rescue import Rescue, rescues
from expansion_warehouse.monday.words import spoken

RENEWAL_DAYS = 90
DEED_DAYS = 28
# Alerts that say what the list of offers says better.
OFFER_READY = "offer_ready"
HIGH = "high"
_SEVERITIES = (HIGH, "medium", "low")


@dataclass(frozen=True)
class Call:
    """An account to call, with everything that is open for its owner, the most urgent first."""

    account_id: str
    account_name: str
    owner: str | None
    mrr: Any
    alerts: tuple[Row, ...]

    @property
    def severity(self) -> str:
        """That of the most urgent alert."""
        return str(self.alerts[0]["severity"])


@dataclass(frozen=True)
class Owned:
    """A row of a mart and whose it is."""

    owner: str | None
    row: Row


@dataclass(frozen=True)
class Deed:
    """Something that was done, and what became of what it was done about."""

    owner: str | None
    row: Row
    account_name: str
    followed: str


@dataclass(frozen=True)
class Pack:
    """Everything that the files show, for the team or for one owner."""

    facts: Facts
    marts: Marts
    owners: tuple[str | None, ...]
    week: Changes
    since: Since
    calls: tuple[Call, ...]
    renewals: tuple[Owned, ...]
    offers: tuple[Owned, ...]
    rescue: tuple[Rescue, ...]
    silent: tuple[Owned, ...]
    deeds: tuple[Deed, ...]

    @property
    def first_calls(self) -> tuple[Call, ...]:
        """Those with an alert of high severity."""
        return tuple(call for call in self.calls if call.severity == HIGH)

    @property
    def later_calls(self) -> tuple[Call, ...]:
        """All others."""
        return tuple(call for call in self.calls if call.severity != HIGH)

    def of(self, owner: str | None) -> Pack:
        """The part of one owner."""
        return replace(
            self,
            owners=(owner,),
            week=self.week.of(owner),
            since=replace(self.since, changes=self.since.changes.of(owner)),
            calls=tuple(call for call in self.calls if call.owner == owner),
            renewals=tuple(item for item in self.renewals if item.owner == owner),
            offers=tuple(item for item in self.offers if item.owner == owner),
            rescue=tuple(item for item in self.rescue if item.owner == owner),
            silent=tuple(item for item in self.silent if item.owner == owner),
            deeds=tuple(item for item in self.deeds if item.owner == owner),
        )


def make_pack(marts: Marts, facts: Facts, before: Before) -> Pack:
    """The pack of the whole team."""
    marts = _with_mrr_at_risk(marts)
    silent = {row["account_id"] for row in marts.accounts if row["do_not_contact"]}
    alarmed = {row["account_id"] for row in marts.alerts if row["is_open"]}
    return Pack(
        facts=facts,
        marts=marts,
        owners=tuple(_owners(marts)),
        week=within_the_week(marts, facts.as_of),
        since=since_the_run_before(marts, facts, before),
        calls=tuple(_calls(marts, silent)),
        renewals=tuple(_renewals(marts, facts)),
        offers=tuple(Owned(_seller(row), row) for row in marts.offers),
        rescue=tuple(rescues(marts)),
        silent=tuple(
            Owned(_carer(row), row)
            for row in _largest(marts.accounts)
            if row["do_not_contact"]
            and (row["health_band"] == "red" or row["account_id"] in alarmed)
        ),
        deeds=tuple(_deeds(marts, facts)),
    )


def _with_mrr_at_risk(marts: Marts) -> Marts:
    """An alert shows the MRR of the day it began; what is at risk is what is in force now."""
    in_force = {row["account_id"]: row["mrr"] for row in marts.accounts}
    alerts = [{**row, "mrr": in_force.get(row["account_id"], row["mrr"])} for row in marts.alerts]
    return replace(marts, alerts=alerts)


def _owners(marts: Marts) -> list[str | None]:
    """Everybody who owns an account, an alert or an offer; nobody last, where something is his."""
    named = {
        owner_name(row[column]) for row in marts.accounts for column in ("csm_owner", "sales_owner")
    }
    found: set[str | None] = {name for name in named if name is not None}
    found |= {_carer(row) for row in marts.accounts}
    found |= {owner_name(row["owner"]) for row in marts.alerts if row["is_open"]}
    found |= {_seller(row) for row in marts.offers}
    return sorted(found, key=owner_order)


def _carer(row: Row) -> str | None:
    """Who looks after an account."""
    return owner_name(row["csm_owner"], row["sales_owner"])


def _seller(row: Row) -> str | None:
    """Who makes an offer."""
    first, other = row["csm_owner"], row["sales_owner"]
    return owner_name(other, first) if row["owner_role"] == "sales" else owner_name(first, other)


def _calls(marts: Marts, silent: set[str]) -> list[Call]:
    """One for each account and owner: by severity, then by the MRR in force that is at risk."""
    open_alerts = [
        row
        for row in marts.alerts
        if row["is_open"] and row["account_id"] not in silent and row["alert_kind"] != OFFER_READY
    ]
    grouped: dict[tuple[str, str | None], list[Row]] = {}
    for row in by_urgency(open_alerts):
        grouped.setdefault((row["account_id"], owner_name(row["owner"])), []).append(row)
    return [
        Call(account, rows[0]["account_name"] or account, owner, rows[0]["mrr"], tuple(rows))
        for (account, owner), rows in grouped.items()
    ]


def by_urgency(alerts: Iterable[Row]) -> list[Row]:
    """Alerts by severity, MRR at risk and account; of one account the newest first."""
    newest_first = sorted(alerts, key=lambda row: row["alert_id"])
    newest_first.sort(key=lambda row: row["began_on"], reverse=True)
    return sorted(
        newest_first,
        key=lambda row: (_place(row["severity"]), -(row["mrr"] or 0), row["account_id"]),
    )


def _place(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def alert_in_words(row: Row) -> str:
    """What an alert is about: its kind, with product, feature or person where it has one."""
    kind = spoken(row["alert_kind"])
    return f"{kind} ({row['subject']})" if row["subject"] else kind


def _renewals(marts: Marts, facts: Facts) -> list[Owned]:
    """Terms that end within the next 90 days, the soonest first."""
    if facts.as_of is None:
        return []
    last = facts.as_of + timedelta(days=RENEWAL_DAYS)
    due = [
        row
        for row in marts.accounts
        if row["next_renewal_on"] and facts.as_of <= row["next_renewal_on"] <= last
    ]
    due.sort(key=lambda row: (row["next_renewal_on"], -(row["mrr"] or 0), row["account_id"]))
    return [Owned(_carer(row), row) for row in due]


def _largest(accounts: Sequence[Row]) -> list[Row]:
    return sorted(accounts, key=lambda row: (-(row["mrr"] or 0), row["account_id"]))


def _deeds(marts: Marts, facts: Facts) -> list[Deed]:
    """What was done in the last weeks, the newest first, with what followed."""
    if facts.as_of is None:
        return []
    first = facts.as_of - timedelta(days=DEED_DAYS - 1)
    accounts = {row["account_id"]: row for row in marts.accounts}
    alerts = {row["alert_id"]: row for row in marts.alerts}
    return [
        Deed(
            owner=_carer(accounts[row["account_id"]]) if row["account_id"] in accounts else None,
            row=row,
            account_name=(accounts.get(row["account_id"]) or {}).get("account_name")
            or row["account_id"],
            followed=_followed(row, alerts.get(row["alert_id"])),
        )
        for row in marts.actions
        if row["done_on"] and first <= row["done_on"] <= facts.as_of
    ]


def _followed(deed: Row, alert: Row | None) -> str:
    """What is known to have come after: no proof that it came of it."""
    said = []
    if deed["first_won_on"]:
        said.append(f"won on {deed['first_won_on']}")
    if alert is not None:
        ended = f"the alert ended on {alert['ended_on']}"
        said.append("the alert is still open" if alert["is_open"] else ended)
    return ", ".join(said)


def due_on(pack: Pack) -> Any:
    """By when the tasks of a pack are to be done: within the week that follows."""
    return pack.facts.as_of and pack.facts.as_of + timedelta(days=WEEK)
