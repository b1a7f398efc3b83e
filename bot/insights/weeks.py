"""The figures of the last seven days beside those of the seven before, for a mail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.insights.driver_tables import cell, number
from bot.insights.ends import WEEK
from bot.measure.catalogue import METRICS, measure
from bot.measure.ending import MeasureContext
from bot.measure.episode_row import EpisodeRow
from bot.measure.shown import amount, interval, words


@dataclass(frozen=True, slots=True)
class Weeks:
    """The last week and the one before it.

    Attributes:
        rows: Their episodes, and those around them.
        now: When the last week ends.
        cost: What a contact costs that an agent handles, if anybody said so.
    """

    rows: Sequence[EpisodeRow]
    now: datetime
    cost: float | None

    def context(self, back: int, weeks: int = 1) -> MeasureContext:
        """Some weeks, of which the last ends so many weeks back."""
        until = self.now - back * WEEK
        context = MeasureContext(self.now, until - weeks * WEEK, agent_contact_cost=self.cost)
        return context if not back else replace(context, until=until)

    def rows_now(self) -> list[EpisodeRow]:
        """The episodes of the last week."""
        context = self.context(0)
        return [row for row in self.rows if context.counts(row)]

    def table(self, names: Sequence[str]) -> Iterator[str]:
        """Figures of both weeks, those that nothing is known of left out."""
        metrics = {name: METRICS[name] for name in names}
        this, last = (measure(self.rows, self.context(back), metrics) for back in (0, 1))
        known = [name for name in names if this[name].value is not None]
        if known:
            yield "| figure | this week | 95 % interval | week before |"
            yield "|---|--:|---|--:|"
        for name in known:
            unit = METRICS[name].unit
            now, before = (amount(each[name].value, unit) for each in (this, last))
            yield f"| {words(name)} | {now} | {cell(interval(this[name], unit))} | {before} |"
        silent = [name for name in names if name not in known]
        if silent:
            yield ""
            yield f"Not known yet: {', '.join(words(name).lower() for name in silent)}."

    def begun(self) -> Iterator[str]:
        """How many episodes there were."""
        now, before = (sum(map(self.context(back).counts, self.rows)) for back in (0, 1))
        this = number(now, "episode")
        yield f"{this} began in the last seven days, {before:,} in the seven before."
        if not before:
            yield "There is no week before to compare with."
        yield "Answers of the last 24 hours don't count yet; handoffs do."
