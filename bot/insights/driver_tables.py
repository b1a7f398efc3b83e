"""Drivers as JSON, as a table for a spreadsheet and for a mail."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.estimate import Estimate
from bot.insights.cells import formula_safe
from bot.insights.drivers import TOP, Driver, DriverReport
from bot.insights.ends import End

END_KEYS: Mapping[End, str] = {
    End.ANSWERED: "answered",
    End.ARTICLE: "article_could_end",
    End.PRODUCT: "product_could_end",
    End.AGENT: "agent_ends",
    End.UNKNOWN: "unknown_end",
}


class Changed(Protocol):
    """What changed from one week to the next."""

    @property
    def change(self) -> Estimate:
        """By how much."""
        ...


def driver_record(each: Driver) -> dict[str, object]:
    """A driver as JSON."""
    return {
        "driver": each.name,
        "owner": each.owner,
        "contacts": each.contacts,
        "share": _plain(each.share),
        "channels": dict(each.media),
        "cost": round(each.cost, 2),
        "contacts_year": _amount(each.yearly, 0),
        "cost_year": _amount(each.cost_year),
        "article_saves_year": _amount(each.article_saves),
        "product_saves_year": _amount(each.product_saves),
        "week": each.week,
        "week_before": each.week_before,
        "change": _plain(each.change),
        "handed_over": _plain(each.handed_over),
        **{key: _plain(each.ends[end]) for end, key in END_KEYS.items()},
        "ends_by": each.mark,
        "why": each.why,
        "conversation_ids": list(each.conversation_ids),
    }


def as_csv(drivers: Sequence[Driver]) -> str:
    """The drivers for a spreadsheet; no cell can be taken for a formula, unknown is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = (
        "driver,owner,contacts,channels,cost,contacts_year,cost_year,article_saves_year,"
        "product_saves_year,week,week_before,change,change_low,change_high,handed_over"
    )
    writer.writerow([*head.split(","), *END_KEYS.values(), "ends_by", "why"])
    for each in drivers:
        writer.writerow(
            [
                formula_safe(each.name),
                formula_safe(each.owner),
                each.contacts,
                "; ".join(f"{count} {medium}" for medium, count in each.media.items()),
                round(each.cost, 2),
                _amount(each.yearly, 0),
                _amount(each.cost_year),
                _amount(each.article_saves),
                _amount(each.product_saves),
                each.week,
                each.week_before,
                *(_amount(end, 4) for end in (each.change.value, each.change.low)),
                _amount(each.change.high, 4),
                _amount(each.handed_over.value, 4),
                *(_amount(each.ends[end].value, 4) for end in END_KEYS),
                each.mark,
                formula_safe(each.why),
            ]
        )
    return out.getvalue()


def as_markdown(report: DriverReport, currency: str) -> str:
    """The dearest drivers as a table that mail programs show."""
    lines = [
        "| why | contacts | a year | money a year | who could end them | since last week | owner |",
        "|---|--:|--:|--:|---|---|---|",
    ]
    lines += [
        f"| {cell(each.name.replace('_', ' '))} | {each.contacts:,} "
        f"| {_told(each.yearly, '')} | {_told(each.cost_year, currency)} "
        f"| {ends_words(each)} | {told_change(each)} | {cell(each.owner or 'nobody')} |"
        for each in report.drivers[:TOP]
    ]
    if report.drivers and report.drivers[0].yearly is None:
        lines += ["", f"Figures of a year: {full_week_words(report.full_week_on)}."]
    return "\n".join(lines)


def ends_words(driver: Driver) -> str:
    """Who ended a driver's contacts or could, in words, none of which is left out that occurs."""
    return ", ".join(
        f"{words} {found.value:.0%}"
        for end, words in END_WORDS.items()
        if (found := driver.ends[end]).value
    )


END_WORDS: Mapping[End, str] = {
    End.ANSWERED: "answered",
    End.ARTICLE: "an article",
    End.PRODUCT: "the product",
    End.AGENT: "an agent",
    End.UNKNOWN: "unknown",
}


def full_week_words(full_week_on: datetime | None) -> str:
    """When figures of a year can be told, where they can't be yet."""
    return f"after the first full week, on {full_week_on:%d %B %Y}" if full_week_on else "none yet"


def told_change(each: Changed) -> str:
    """What changed since last week, in words."""
    change = each.change
    if change.value is None:
        return f"unknown: {change.reason}"
    if change.low is None or change.high is None:
        return f"{change.value:+.0%}"
    sure = "" if change.low > 0 or change.high < 0 else ", may be chance"
    return f"{change.value:+.0%} ({change.low:+.0%} to {change.high:+.0%}{sure})"


def number(count: float, thing: str) -> str:
    """A count with its thing: ``1 day``, ``12 days``."""
    return f"{count:,.0f} {thing}{'' if round(count) == 1 else 's'}"


def cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


def _told(amount: float | None, currency: str) -> str:
    return "–" if amount is None else f"{currency}{amount:,.0f}"


def _amount(amount: float | None, places: int = 2) -> float | None:
    return None if amount is None else round(amount, places)


def _plain(estimate: Estimate) -> dict[str, float | int | str | None]:
    told: dict[str, float | int | str | None] = {
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }
    if estimate.value is None:
        told["reason"] = estimate.reason
    return told
