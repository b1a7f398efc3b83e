"""How a count of contacts changed from one week to the next."""

import math

from bot.estimate import Estimate, Z, unknown


def change_of(now: int, before: int) -> Estimate:
    """Relative change between two counts; the interval is that of a ratio of Poisson counts.

    log(now / before) is about normal with variance 1/now + 1/before.
    """
    if before == 0:
        return unknown("there was none the week before")
    value = now / before - 1
    if now == 0:
        return Estimate(value, None, None, before, reason="none is left to compare")
    spread = Z * math.sqrt(1 / now + 1 / before)
    ratio = now / before
    return Estimate(
        value,
        ratio * math.exp(-spread) - 1,
        ratio * math.exp(spread) - 1,
        now + before,
        numerator=now,
        denominator=before,
        method="log ratio of counts 95 %",
    )
