"""Statistics that SQL lacks, as scalar functions of numbers: the same on DuckDB and on Spark.

SciPy does the work. It takes a second or two to import, so each function imports what it needs
when it is first called: a build without experiments never does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["double", "bigint"]
_STEPS = 200


def two_sided_p(z: float | None) -> float | None:
    """Chance of a standard normal value at least as far from 0 as `z`."""
    if z is None:
        return None
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(float(z))))


def normal_quantile(share: float | None) -> float | None:
    """Standard normal value below which `share` of all values lie."""
    if share is None:
        return None
    from scipy.special import ndtri

    return float(ndtri(float(share)))


def chi_square_p(statistic: float | None, degrees: int | None) -> float | None:
    """Chance of a chi-square value of `degrees` degrees of freedom above `statistic`."""
    if statistic is None or degrees is None or degrees < 1:
        return None
    from scipy.special import chdtrc

    return float(chdtrc(degrees, float(statistic)))


def fisher_p(
    wins: int | None, losses: int | None, other_wins: int | None, other_losses: int | None
) -> float | None:
    """Two-sided p-value of Fisher's exact test of two groups."""
    if wins is None or losses is None or other_wins is None or other_losses is None:
        return None
    from scipy.stats import fisher_exact

    return float(fisher_exact([[wins, losses], [other_wins, other_losses]]).pvalue)


def accounts_per_arm(
    rate: float | None, other_rate: float | None, alpha: float | None, power: float | None
) -> float | None:
    """Accounts that each of two equal arms needs to tell one rate from the other.

    A two-sided test at `alpha` that finds the difference with probability `power`; None where the
    rates are equal or no rates.
    """
    if rate is None or other_rate is None or alpha is None or power is None:
        return None
    if rate == other_rate or not (0 <= rate <= 1 and 0 <= other_rate <= 1):
        return None
    noise = _noise((rate, other_rate), (1, 1), alpha, power)
    return float(math.ceil((noise / (other_rate - rate)) ** 2))


def detectable_lift(
    rate: float | None,
    accounts: int | None,
    other_accounts: int | None,
    alpha: float | None,
    power: float | None,
) -> float | None:
    """Smallest gain over `rate` that arms of these sizes find with probability `power`.

    `accounts` belong to the arm with `rate`. None where not even a rate of 1 would be found.
    """
    if rate is None or alpha is None or power is None or not accounts or not other_accounts:
        return None

    def is_found(lift: float) -> bool:
        sizes = (accounts, other_accounts)
        return lift >= _noise((rate, rate + lift), sizes, alpha, power)

    low, high = 0.0, 1 - rate
    if high <= 0 or not is_found(high):
        return None
    # What is found is found from some lift on: the noise is concave in it.
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if is_found(middle) else (middle, high)
    return high


def _noise(
    rates: tuple[float, float], accounts: tuple[int, int], alpha: float, power: float
) -> float:
    """The difference between two observed rates that is found with probability `power`."""
    from scipy.special import ndtri

    arms = list(zip(rates, accounts, strict=True))
    pooled = sum(rate * number for rate, number in arms) / sum(accounts)
    by_chance = pooled * (1 - pooled) * sum(1 / number for number in accounts)
    in_truth = sum(rate * (1 - rate) / number for rate, number in arms)
    return float(ndtri(1 - alpha / 2) * math.sqrt(by_chance) + ndtri(power) * math.sqrt(in_truth))


@dataclass(frozen=True)
class ScalarFunction:
    """A function that SQL can call by its own name; what it returns is a double."""

    call: Callable[..., float | None]
    parameters: tuple[Kind, ...]

    @property
    def name(self) -> str:
        """Its name in SQL."""
        return self.call.__name__


FUNCTIONS = (
    ScalarFunction(two_sided_p, ("double",)),
    ScalarFunction(normal_quantile, ("double",)),
    ScalarFunction(chi_square_p, ("double", "bigint")),
    ScalarFunction(fisher_p, ("bigint", "bigint", "bigint", "bigint")),
    ScalarFunction(accounts_per_arm, ("double", "double", "double", "double")),
    ScalarFunction(detectable_lift, ("double", "bigint", "bigint", "double", "double")),
)


def register_on_duckdb(connection: Any) -> None:
    """Register every function on a DuckDB connection; they take and give NULL."""
    for function in FUNCTIONS:
        connection.create_function(
            function.name,
            function.call,
            [kind.upper() for kind in function.parameters],
            "DOUBLE",
            null_handling="special",
        )


def register_on_spark(session: Any) -> None:
    """Register every function on a Spark session."""
    for function in FUNCTIONS:
        session.udf.register(function.name, function.call, "double")
