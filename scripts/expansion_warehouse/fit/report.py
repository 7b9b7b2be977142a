"""A fit as a short Markdown page for the person who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expansion_warehouse.fit.estimate import PARTS, PENALTY
from expansion_warehouse.fit.judge import GROUPS, Fit, Measured, Part
from expansion_warehouse.fit.version import VERSIONS, WEIGHTS, NewVersion

_HOW = (
    "- **Split.** The last third of the month-ends with a complete follow-up is judged. Accounts "
    "are in {groups} groups by a hash of their id; each group's later months are judged by weights "
    "from the other groups' earlier months. The weights in the table come from the earlier months "
    "of all accounts.",
    "- **Estimate.** Logistic regression of staying on the points (0 to 1) with a ridge of "
    "{ridge:g}; components that speak for a loss are taken out, the worst first; the weights are "
    "what is left of the coefficients, in hundredths that add up to 1.",
    "- **Missing components** are weighed out, as the score does: they stand at the score that the "
    "others give, and weights and score are computed in turn until the weights stay{rounds}.",
    "- **Intervals** resample whole accounts, with the draws of `kpi_health_backtest`. Both scores "
    "are compared on the rows that have both.",
)
_NEXT = (
    "To take it: copy `{versions}` and `{weights}` into `seeds/`, read the difference, build, "
    "commit. Until {day} `kpi_health_backtest` shows {new} beside {old} and nothing else does; "
    "with an empty `valid_from` it stays so."
)


def report(fit: Fit, version: NewVersion, run_id: str) -> str:
    """The whole page: the same fit gives the same text."""
    parts = (
        _head(fit, version, run_id),
        _parts(fit),
        _judgement(fit, version),
        _weights(fit),
        _how(fit),
        _next(fit, version),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _table(*rows: Sequence[str]) -> Iterator[str]:
    """The first row is the head."""
    for place, row in enumerate(rows):
        yield f"| {' | '.join(row)} |"
        if place == 0:
            yield f"|{'---|' * len(row)}"
    yield ""


def _head(fit: Fit, version: NewVersion, run_id: str) -> Iterator[str]:
    yield f"# Health score {version.name}, fitted to the past"
    yield ""
    if fit.verdict == "signal":
        yield f"**Signal**{_compared(fit)}"
    else:
        yield f"**No signal:** {fit.reason}. No seed is written; {fit.version} stays."
    yield ""
    yield f"Run {run_id}, losses within {fit.horizon} days after a month-end."
    yield ""


def _compared(fit: Fit) -> str:
    """What the difference to the weights that count says."""
    assert fit.difference is not None
    said = (
        f"against {fit.version} the AUC of the judged months changes by {_signed(fit.difference)}"
    )
    if fit.difference.low > 0:
        return f". The fitted weights are better: {said}."
    if fit.difference.high < 0:
        return f", but the fitted weights are worse: {said}."
    return f", but the fitted weights are not shown to be better: {said}."


def _parts(fit: Fit) -> Iterator[str]:
    sides = (("training", fit.training), ("judging", fit.judging))
    yield from _table(
        ("", "month-ends", "account-months", "accounts", "followed by a loss", "different losses"),
        *(
            (
                *(name, _months(part), f"{part.rows:,}", f"{part.accounts:,}"),
                *(f"{part.lost_rows:,}", f"{part.losses:,}"),
            )
            for name, part in sides
        ),
    )
    if fit.outcomes_until is not None:
        yield f"Training knows no outcome after {fit.outcomes_until}, the first judged month-end."
        yield ""


def _months(part: Part) -> str:
    if part.first_month is None or part.last_month is None:
        return "–"
    return f"{part.first_month:%Y-%m} to {part.last_month:%Y-%m}"


def _judgement(fit: Fit, version: NewVersion) -> Iterator[str]:
    if fit.present_auc is None or fit.fitted_auc is None or fit.difference is None:
        return
    old, new, more = fit.present_auc, fit.fitted_auc, fit.difference
    fitted = f"{version.name}, fitted"
    yield from _table(
        ("weights", "AUC in the judged months", "interval"),
        (fit.version, f"{old.value:.3f}", _ends(old)),
        (fitted, f"{new.value:.3f}", _ends(new)),
        ("difference", f"{more.value:+.3f}", f"{more.low:+.3f} to {more.high:+.3f}"),
    )


def _weights(fit: Fit) -> Iterator[str]:
    found = fit.estimated
    if found is None:
        return
    yield from _table(
        ("component", "now", "fitted", "coefficient", "beside all others", "rows with data"),
        *(
            (
                *(name, f"{fit.present[place]:.2f}", f"{found.weights[place] / PARTS:.2f}"),
                *(f"{found.coefficients[place]:.3f}", f"{found.free[place]:.3f}"),
                f"{fit.with_data[place]:,}",
            )
            for place, name in enumerate(fit.components)
        ),
    )


def _how(fit: Fit) -> Iterator[str]:
    rounds = f" ({fit.estimated.rounds} rounds)" if fit.estimated else ""
    for line in _HOW:
        yield line.format(groups=GROUPS, ridge=PENALTY, rounds=rounds)


def _next(fit: Fit, version: NewVersion) -> Iterator[str]:
    if fit.verdict == "signal":
        yield ""
        yield _NEXT.format(
            versions=VERSIONS,
            weights=WEIGHTS,
            day=version.valid_from,
            new=version.name,
            old=fit.version,
        )


def _ends(number: Measured) -> str:
    return f"{number.low:.3f} to {number.high:.3f}"


def _signed(number: Measured) -> str:
    return f"{number.value:+.3f} ({number.low:+.3f} to {number.high:+.3f})"
