"""The pages that people read: one for the team, one for each owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from expansion_warehouse.monday.changes import Change, Changes, Since
from expansion_warehouse.monday.marts import Row
from expansion_warehouse.monday.names import shown_owner
from expansion_warehouse.monday.offers import offer_in_words
from expansion_warehouse.monday.pack import (
    DEED_DAYS,
    HIGH,
    RENEWAL_DAYS,
    Call,
    Owned,
    Pack,
    alert_in_words,
    by_urgency,
)
from expansion_warehouse.monday.words import (
    NOTHING,
    amount,
    counted,
    day,
    markdown,
    percent,
    spoken,
)

# Rows of a table on the page of the team; an owner's page shows all of its own.
_TEAM_ROWS = 25
# Sentences that fit beside an account before nobody reads them, on the two kinds of pages.
_TEAM_REASONS, _REASONS = 2, 4
_TEAM_ADVICE, _ADVICE = 1, 3


def team_page(pack: Pack, files: Mapping[str | None, str]) -> str:
    """The page of the whole team, with a line for each owner."""
    page = _Page(pack, with_owner=True, most=_TEAM_ROWS)
    return page.text("Monday: the team", page.owners(files))


def owner_page(pack: Pack) -> str:
    """The page of one owner; the pack is that owner's part."""
    return _Page(pack, with_owner=False, most=None).text(f"Monday: {shown_owner(pack.owners[0])}")


class _Page:
    """Sections of a page; all text of others is escaped in `_table`, `_bullets` and `_heading`."""

    def __init__(self, pack: Pack, *, with_owner: bool, most: int | None) -> None:
        self.pack = pack
        self.with_owner = with_owner
        self.most = most
        self.reasons = _TEAM_REASONS if with_owner else _REASONS
        self.advice = _TEAM_ADVICE if with_owner else _ADVICE
        self.money = f" ({markdown(pack.facts.currency)})" if pack.facts.currency else ""

    def text(self, title: str, *more: str) -> str:
        """All sections in the order in which a Monday needs them."""
        sections = [
            f"# {markdown(title)}",
            self.head(),
            self.first_calls(),
            self.changes(),
            self.renewals(),
            self.offers(),
            self.rescue(),
            self.later_calls(),
            self.silent(),
            self.deeds(),
            *more,
            self.evidence(),
            self.data(),
        ]
        return "\n\n".join(section for section in sections if section) + "\n"

    def head(self) -> str:
        """As of when, and the numbers of rows that follow."""
        pack, facts = self.pack, self.pack.facts
        known = f", as known on {facts.known_at}" if facts.known_at else ""
        return "\n".join(
            [
                f"As of {day(facts.as_of)}{markdown(known) if known else ''}. "
                f"{counted(len(pack.first_calls), 'account')} to call first, "
                f"{counted(len(pack.renewals), 'renewal')} in {RENEWAL_DAYS} days, "
                f"{counted(len(pack.offers), 'offer')} ready, "
                f"{counted(len(pack.rescue), 'account')} to rescue.",
                *self.book(),
            ]
        )

    def book(self) -> list[str]:
        """The last month-end of the company, on the page of the team."""
        book, before = self.pack.marts.book, self.pack.since.book
        if not self.with_owner or not book:
            return []
        said = (
            f"MRR at the end of {book['month']:%B %Y}: {markdown(self.pack.facts.currency)} "
            f"{amount(book['closing_mrr'])} from {counted(book['paying_accounts'], 'account')}"
        )
        if before and before["month"] == book["month"] and before != book:
            said += f" (the run before said {amount(before['closing_mrr'])})"
        return ["", f"{said}."]

    def first_calls(self) -> str:
        """Whom to call first, and why."""
        none = "No alert of high severity is open."
        return self.calls("Call first", self.pack.first_calls, none)

    def later_calls(self) -> str:
        """Everybody else with an open alert."""
        return self.calls("Then", self.pack.later_calls, "")

    def calls(self, title: str, calls: Sequence[Call], none: str) -> str:
        """Accounts with their open alerts."""
        rows = [
            [
                str(place),
                call.account_name,
                shown_owner(call.owner),
                amount(call.mrr),
                day(call.alerts[0]["began_on"]),
                " ".join(str(alert["sentence"]) for alert in call.alerts[: self.reasons]),
                " ".join(
                    dict.fromkeys(str(alert["what_to_do"]) for alert in call.alerts[: self.advice])
                ),
            ]
            for place, call in enumerate(calls, start=1)
        ]
        heads = ["#", "Account", "Owner", f"MRR{self.money}", "Since", "Why", "What to do"]
        return self.table(title, heads, rows, none, "fct_alerts")

    def changes(self) -> str:
        """What changed within the week, and since the run before."""
        week = self.changed(self.pack.week) or ["Nothing began or ended."]
        since = self.pack.since
        title = f" (as of {since.as_of})" if since.as_of else ""
        alerts = "fct_alerts" not in self.pack.marts.absent
        return "\n\n".join(
            [
                "## What changed",
                *(["### In the last seven days", *week] if alerts else []),
                f"### Since the run before{title}",
                *self.since(since),
            ]
        )

    def since(self, since: Since) -> list[str]:
        """Changes since the run before, or why there are none to show."""
        found = self.changed(since.changes)
        if since.why_not:
            return [f"Not compared: {markdown(since.why_not)}.", *found]
        return found or ["Nothing changed."]

    def changed(self, changes: Changes) -> list[str]:
        """A table for each kind of change."""
        return [
            *self.alerts("Began", changes.began),
            *self.alerts("Ended", changes.ended),
            *self.values("Health", changes.bands),
            *self.values("MRR in force", changes.mrr),
        ]

    def alerts(self, title: str, alerts: Sequence[Row]) -> list[str]:
        """Alerts in the order of their urgency; of lesser ones the team sees how many there are."""
        began = title == "Began"
        listed = by_urgency(alerts)
        if self.with_owner:
            listed = [row for row in listed if row["severity"] == HIGH]
        rows = [
            [
                day(row["began_on"] if began else row["ended_on"]),
                str(row["account_name"] or row["account_id"]),
                shown_owner(row["owner"]),
                spoken(row["severity"]),
                str(row["sentence"] if began else alert_in_words(row)),
            ]
            for row in listed
        ]
        heads = [title, "Account", "Owner", "Severity", "Why" if began else "What it was"]
        return [*self.rows(heads, rows), *self.lesser(title, alerts)]

    def lesser(self, title: str, alerts: Sequence[Row]) -> list[str]:
        """How many alerts of which kind the page of the team does not list."""
        counts = Counter(spoken(row["alert_kind"]) for row in alerts if row["severity"] != HIGH)
        if not counts or not self.with_owner:
            return []
        kinds = sorted(counts.items(), key=lambda kind: (-kind[1], kind[0]))
        named = ", ".join(f"{number:,} {kind}" for kind, number in kinds)
        return [f"{title}, of lesser severity: {markdown(named)}."]

    def values(self, title: str, changes: Sequence[Change]) -> list[str]:
        """Values of accounts, then and now."""
        rows = [
            [
                str(change.account["account_name"] or change.account["account_id"]),
                shown_owner(change.owner),
                _value(change.was),
                _value(change.now),
            ]
            for change in changes
        ]
        return self.rows([f"{title} of", "Owner", "Was", "Is"], rows)

    def renewals(self) -> str:
        """Terms that end soon."""
        rows = [
            [
                day(item.row["next_renewal_on"]),
                _name(item),
                shown_owner(item.owner),
                amount(item.row["mrr"]),
                _health(item.row),
                "notice given" if item.row["has_cancel_notice"] else "none",
                _proposal(item.row),
            ]
            for item in self.pack.renewals
        ]
        heads = [
            *("Renews on", "Account", "Owner", f"MRR{self.money}", "Health", "Notice"),
            "Last proposal",
        ]
        return self.table(
            f"Renewals of the next {RENEWAL_DAYS} days",
            heads,
            rows,
            "No term ends within them.",
            "fct_accounts_today",
        )

    def offers(self) -> str:
        """One offer for each account that may be approached now."""
        rows = [
            [
                str(place),
                _name(item),
                shown_owner(item.owner),
                offer_in_words(item.row, self.pack.marts),
                amount(item.row["delta_mrr"]),
                amount(item.row["expected_value"]),
                str(item.row["sentence"] or ""),
                spoken(item.row["play"]),
            ]
            for place, item in enumerate(self.pack.offers, start=1)
        ]
        heads = [
            *("#", "Account", "Owner", "Offer", f"MRR it adds{self.money}"),
            *(f"Expected value{self.money}", "Why now", "How"),
        ]
        none = "No offer is ready."
        return self.table("Offers that are ready", heads, rows, none, "fct_upsell_opportunities")

    def rescue(self) -> str:
        """Red accounts."""
        rows = [
            [
                str(item.row["account_name"] or item.row["account_id"]),
                shown_owner(item.owner),
                amount(item.row["mrr"]),
                _health(item.row),
                day(item.row["last_contacted_on"]),
                " ".join(item.reasons[: self.reasons]),
            ]
            for item in self.pack.rescue
        ]
        heads = ["Account", "Owner", f"MRR{self.money}", "Health", "Last contact", "Why"]
        return self.table("Rescue", heads, rows, "Nobody is red.", "fct_accounts_today")

    def silent(self) -> str:
        """Accounts that need care and asked not to be contacted."""
        rows = [
            [_name(item), shown_owner(item.owner), amount(item.row["mrr"]), _health(item.row)]
            for item in self.pack.silent
        ]
        heads = ["Account", "Owner", f"MRR{self.money}", "Health"]
        return self.table("Do not call: asked not to be contacted", heads, rows, "")

    def deeds(self) -> str:
        """What was done, and what followed."""
        rows = [
            [
                day(deed.row["done_on"]),
                deed.account_name,
                shown_owner(deed.owner),
                str(deed.row["done_by"] or ""),
                spoken(deed.row["kind"]),
                spoken(deed.row["outcome"]),
                deed.followed,
            ]
            for deed in self.pack.deeds
        ]
        heads = ["Done on", "Account", "Owner", "By", "What", "Outcome", "What followed"]
        return self.table(f"Done in the last {DEED_DAYS} days", heads, rows, "")

    def owners(self, files: Mapping[str | None, str]) -> str:
        """A line for each owner."""
        rows = []
        for owner in self.pack.owners:
            part = self.pack.of(owner)
            numbers = (part.first_calls, part.renewals, part.offers, part.rescue)
            link = _Link(f"[page](owners/{quote(files[owner])})")
            rows.append([shown_owner(owner), *(f"{len(items):,}" for items in numbers), link])
        heads = ["Owner", "Call first", "Renewals", "Offers", "Rescue", "Page"]
        every = _Page(self.pack, with_owner=True, most=None)
        return every.table("Owners", heads, rows, "")

    def evidence(self) -> str:
        """How often alerts were right in the book's own past, on the page of the team."""
        if not self.with_owner:
            return ""
        rows = [
            [
                spoken(row["alert_kind"]),
                spoken(row["outcome"]),
                f"{row['horizon_days']} days",
                f"{row['hits'] or 0:,} of {row['alerts'] or 0:,}",
                percent(row["hit_rate"]),
                f"{percent(row['hit_rate_lower'])} to {percent(row['hit_rate_upper'])}",
                percent(row["base_rate"]),
                NOTHING if row["median_lead_days"] is None else f"{row['median_lead_days']:g} days",
                spoken(row["verdict"]),
            ]
            for row in self.pack.marts.evidence
        ]
        heads = [
            *(
                "Alert",
                "Foretells",
                "Within",
                "Came true",
                "Rate",
                "Interval",
                "Rate of all accounts",
            ),
            *("Ahead by", "Verdict"),
        ]
        every = _Page(self.pack, with_owner=False, most=None)
        return every.table("How far to believe the alerts", heads, rows, "")

    def data(self) -> str:
        """What to know about the data."""
        facts = self.pack.facts
        lines = [
            f"Everything is as of {day(facts.as_of)}, read by what was known then"
            + (f" and recorded by {facts.known_at}." if facts.known_at else "."),
            "MRR of accounts is what is in force on that day; the balance of a month-end is on the "
            "restated basis.",
            "An expected value orders offers and is not to be booked.",
            *(f"{text[:1].upper()}{text[1:]}" for text in facts.warnings),
        ]
        return _section("About the data", _bullets(lines))

    def table(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        none: str,
        mart: str | None = None,
    ) -> str:
        """A section with a table, with a sentence where it has no row; not at all without both."""
        if none and mart in self.pack.marts.absent:
            said = f"Not known: an earlier version made this run, without `{mart}` as it is now."
            return _section(title, said)
        if not rows:
            return _section(title, none) if none else ""
        return _section(title, *self.rows(heads, rows))

    def rows(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
        """A table, and how many rows of it stand on the pages of owners alone."""
        if not rows:
            return []
        kept = [place for place, head in enumerate(heads) if self.with_owner or head != "Owner"]
        shown = rows if self.most is None else rows[: self.most]
        more = len(rows) - len(shown)
        said = [f"{counted(more, 'more row')} on the pages of the owners."] if more else []
        return [
            _table([heads[at] for at in kept], [[row[at] for at in kept] for row in shown]),
            *said,
        ]


class _Link(str):
    """A text of ours that is Markdown already."""


def _section(title: str, *parts: str) -> str:
    return "\n\n".join([f"## {title}", *parts])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = ([v if isinstance(v, _Link) else markdown(v) for v in row] for row in rows)
    lines = [heads, ["---"] * len(heads), *written]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)


def _name(item: Owned) -> str:
    return str(item.row["account_name"] or item.row["account_id"])


def _value(value: object) -> str:
    if value is None:
        return "not in force"
    return spoken(value) if isinstance(value, str) else amount(value)


def _health(row: Row) -> str:
    """The band of the day with its score."""
    band = spoken(row["health_band"]) or "unknown"
    return band if row["health_score"] is None else f"{band} {row['health_score']}"


def _proposal(row: Row) -> str:
    """The last proposal, and whether one is open."""
    if row["open_proposals"]:
        return f"open, of {day(row['last_proposed_on'])}"
    return "none" if row["last_proposed_on"] is None else day(row["last_proposed_on"])
