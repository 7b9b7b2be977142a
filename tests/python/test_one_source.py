"""Rules that once stood twice stand once: what says them may be found in one place only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("models", "macros", "analyses")

# What says a rule, and the only files that may.
ONE_PLACE = {
    "a rule is read by rules_as_columns": (
        r"case when \w*\.?rule =|where \w*\.?rule =",
        {"macros/rules/rule_seeds.sql"},
    ),
    "the digits of the reporting currency": (
        r"where currency = '\{\{ setting\(.reporting_currency",
        {"macros/rules/monthly_amount.sql"},
    ),
    "what discounts leave of a line": (
        r"kept_share='greatest|\.discount_kind = 'amount' then",
        {"macros/rules/monthly_amount.sql"},
    ),
    "a person's latest answer": (
        r"responded_at desc",
        {"macros/rules/versions.sql"},
    ),
    "lines in force with units": (
        r"is_in_force and (\w+\.)?quantity > 0",
        {"models/intermediate/holdings/int_held_lines.sql"},
    ),
    "paid lines with units": (
        r"is_paid_line and (\w+\.)?quantity > 0",
        {"macros/rules/contract_lines.sql"},
    ),
    "the plan that stands for a product": (
        r"tier_rank desc nulls last, .*mrr desc",
        {"macros/rules/contract_lines.sql"},
    ),
    "one step of the catalogue": (
        r"tier_rank - (\w+\.)?tier_rank\)|order by higher\.tier_rank",
        {"models/intermediate/catalogue/int_plan_steps.sql"},
    ),
    "the last close known on a proposal's day": (
        r"proposed_on >= knowledge\.known_until",
        {"models/intermediate/offers/timing/int_proposal_days.sql"},
    ),
    "the day an invoice is due": (
        r"coalesce\((\w+|\{\{ \w+ \}\})\.due_on,",
        {"macros/rules/billing.sql"},
    ),
    "the age of onboarding": (
        r"< (\w+|\{\{ \w+ \}\})\.onboarding_days",
        {"macros/rules/health.sql"},
    ),
}


def sql_files() -> dict[str, str]:
    """The SQL of the project by its path."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.sql"))
    }


@pytest.mark.parametrize("rule", ONE_PLACE)
def test_a_rule_stands_in_one_place(rule: str) -> None:
    pattern, places = ONE_PLACE[rule]
    found = {name for name, text in sql_files().items() if re.search(pattern, text)}
    assert found == places


def test_no_model_counts_days_of_its_own() -> None:
    """More than one day from here to there is a rule, so a setting or a row of a seed."""
    literal = re.compile(r"add_days\([^{}]*?, '?-?(\d+)'?\)")
    found = {
        (name, int(count))
        for name, text in sql_files().items()
        if name.startswith("models/")
        for count in literal.findall(text)
        if int(count) > 1
    }
    assert not found


def test_newcombe_stands_once() -> None:
    defined = [
        name
        for name, text in sql_files().items()
        if re.search(r"- \{\{ near \}\}\)|macro (newcombe_bound|difference_bound)\(", text)
    ]
    assert defined == ["macros/rules/intervals.sql"]
