"""Faults put into the models: the written ones are still there, and unit tests catch them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation.campaign import Outcome, Score, outcome_of, scored, tables_in
from mutation.faults import FaultsAreStale, at_random, equivalents, hand_made
from mutation.places import FINAL_SELECT, Place, model_files, places_of

# One of each kind, from all over the models: keys, precedence, bounds, knowledge, windows.
SAMPLED = (
    "int_account_movements",
    "int_churn_comparisons",
    "int_experiment_units",
    "int_health_states",
    "int_line_coverage",
    "int_line_links",
    "int_offer_reasons",
    "int_rfm_spreads",
    "int_sealed_months",
    "int_segment_renewals",
)

SQL = """with

{{ config(tags=['max(']) }}
-- Not the max( of anything, and not true.
bounded as (

    select distinct a
    from b
    where a between 1 and 2 and not c and d is not null
    {% if x <= 1 and y %}
    {% endif %}

)

select max(a) as a
from bounded
where a >= 1
"""


def test_every_written_fault_is_still_in_its_model() -> None:
    assert len(hand_made()) >= 47
    equivalents()


FAULT = "[[fault]]\nmodel = '{}'\nfault = 'f'\ntext = '{}'\ninstead = 'x'\n"
GONE = """[[equivalent]]
model = 'int_months'
rule = 'max -> min'
step = 'bounds'
line = 'gone'
reason = 'none'
"""


@pytest.mark.parametrize(
    "written",
    [
        FAULT.format("int_months", "no such text"),
        FAULT.format("int_no_such_model", "select"),
        FAULT.format("int_months", "month"),
        FAULT.format("int_months", "from bounds") + FAULT.format("int_months", "where is_valid"),
    ],
    ids=["text is gone", "model is gone", "text stands often", "two faults of a model"],
)
def test_a_fault_that_cannot_be_made_stops_the_campaign(written: str, tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(FaultsAreStale, match=r"faults\.toml"):
        hand_made(file)


def test_a_change_that_is_no_place_of_its_model_stops_the_campaign(tmp_path: Path) -> None:
    file = tmp_path / "equivalents.toml"
    file.write_text(GONE, encoding="utf-8")
    with pytest.raises(FaultsAreStale, match="int_months / max -> min / bounds / gone"):
        equivalents(file)


def test_places_are_in_what_the_model_computes() -> None:
    found = {(place.rule, place.step, place.line) for place in places_of("m", SQL)}
    where = "where a between 1 and 2 and not c and d is not null"
    assert found == {
        ("distinct dropped", "bounded", "select distinct a"),
        ("not dropped", "bounded", where),
        ("and -> or", "bounded", where),
        ("max -> min", FINAL_SELECT, "select max(a) as a"),
        (">= -> >", FINAL_SELECT, "where a >= 1"),
    }
    (dropped,) = [place for place in places_of("m", SQL) if place.rule == "not dropped"]
    assert "between 1 and 2 and c and d is not null" in dropped.faulty_sql
    changed = [place.faulty_sql for place in places_of("m", SQL) if place.rule == "and -> or"]
    assert [sql.count("between 1 and 2") for sql in changed] == [1, 1]


def test_a_seed_draws_one_fault_per_model_and_always_the_same() -> None:
    drawn = at_random(7)
    assert drawn == at_random(7)
    assert drawn != at_random(8)
    assert all(place.model == model for model, place in drawn.items())


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ([], Outcome.UNTESTED),
        ([("pass", ""), ("pass", "")], Outcome.SURVIVED),
        ([("pass", ""), ("fail", "actual differs from expected")], Outcome.CAUGHT),
        ([("error", "Binder Error: no such column")], Outcome.INVALID),
        ([("error", "Conversion Error: 1e40 is no decimal(18, 2)")], Outcome.CAUGHT),
    ],
)
def test_outcomes(said: list[tuple[str, str]], outcome: Outcome) -> None:
    assert outcome_of(said) is outcome


def test_only_what_could_be_caught_is_scored() -> None:
    one, two, three = (Place(model, "r", "s", "l", "") for model in "abc")
    score = Score({one: Outcome.CAUGHT, two: Outcome.SURVIVED, three: Outcome.EQUIVALENT})
    assert (score.scored, score.percent) == (2, 50.0)


@pytest.mark.slow
@pytest.mark.unit
def test_unit_tests_catch_faults_and_let_pass_what_changes_nothing(tmp_path: Path) -> None:
    made = hand_made()
    harmless = harmless_place()
    faults = [*(made[model] for model in SAMPLED), harmless]
    score = scored(faults, {}, tables_in(tmp_path))
    assert score.having(Outcome.CAUGHT) == [made[model] for model in SAMPLED]
    assert score.having(Outcome.SURVIVED) == [harmless]


def harmless_place() -> Place:
    """A place at which a written change of the text changes nothing."""
    known = equivalents()
    sql = model_files()["int_unsealed_movements"].read_text(encoding="utf-8")
    return next(place for place in places_of("int_unsealed_movements", sql) if place.key in known)
