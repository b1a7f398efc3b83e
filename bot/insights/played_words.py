"""The words of a gap's messages, which no snapshot keeps: from the records and the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.insights.gap import Gap
from bot.insights.outcome import Came, Outcome, case_key
from bot.insights.snapshot import Snapshot
from bot.store_gaps import GapCase


def played_names(gap: Gap, turns: Mapping[str, str]) -> tuple[str, ...]:
    """For each message that was played, what names it in the snapshot: a test's key, or a turn.

    Args:
        gap: The gap.
        turns: By text, a turn that says it.
    """
    return tuple(
        case_key(GapCase(each.text, each.wanted)) if each.confirmed else turns.get(each.text, "")
        for each in gap.outcomes
    )


def turns_of(snapshot: Snapshot, gap_id: str) -> tuple[str, ...]:
    """The turns with a gap's words; names of tests are among them, which no turn has."""
    return (*snapshot.said.get(gap_id, ()), *filter(None, snapshot.played.get(gap_id, ())))


def with_words(
    gap: Gap, snapshot: Snapshot, cases: Sequence[GapCase], texts: Mapping[str, str]
) -> Gap:
    """A gap of the snapshot with its examples, and its outcomes with their messages.

    Tests that were confirmed since the run are listed as not played yet, those that no longer are
    tests are left out.

    Args:
        gap: Without words.
        snapshot: What names them.
        cases: The gap's tests now.
        texts: What turns say, as far as it is kept.
    """
    said = snapshot.said.get(gap.id, ())
    names = snapshot.played.get(gap.id, ())
    found = dict(zip(names, gap.outcomes, strict=False))
    outcomes: tuple[Outcome, ...]
    if cases:
        outcomes = tuple(_of_case(case, found.get(case_key(case))) for case in cases)
    else:
        played = zip(names, gap.outcomes, strict=False)
        outcomes = tuple(
            replace(each, text=texts.get(name, "")) for name, each in played if not each.confirmed
        )
    examples = tuple(texts[turn] for turn in said if turn in texts)
    return replace(gap, examples=examples, outcomes=outcomes)


def _of_case(case: GapCase, found: Outcome | None) -> Outcome:
    if found is None:
        return Outcome(case.text, Came.UNPLAYED, confirmed=True, wanted=case.article_id)
    return replace(found, text=case.text)
