"""What an import would do or did, in words, as a diff, and as JSON."""

import difflib
from collections import Counter
from collections.abc import Iterator

from bot.importing.change import Change, Kind, Plan
from bot.importing.plan import ARCHIVE, INCOMING

_MOST_NAMED = 20
_WORDS = {
    Kind.NEW: "new",
    Kind.CHANGED: "changed at the source",
    Kind.UNCHANGED: "unchanged",
    Kind.EDITED: "edited here, unchanged at the source",
    Kind.CONFLICT: "edited here and changed at the source",
    Kind.DELETED_HERE: "deleted here",
    Kind.GONE: "gone at the source",
}


def diff_lines(plan: Plan) -> Iterator[str]:
    """A unified diff of everything that would be written."""
    for change in plan.writes:
        if change.kind is Kind.GONE:
            yield f"{change.path} moves to {change.target}"
            continue
        yield from difflib.unified_diff(
            change.before.splitlines(),
            (change.after or "").splitlines(),
            f"a/{change.path}" if change.before else "/dev/null",
            f"b/{change.target or change.path}",
            lineterm="",
        )


def summary_lines(plan: Plan) -> Iterator[str]:
    """The numbers, then what somebody should look at, at most twenty of a kind."""
    counts = Counter(change.kind for change in plan.changes)
    told = [f"{counts[kind]:,} {words}" for kind, words in _WORDS.items() if counts[kind]]
    told += [f"{len(plan.skipped):,} skipped"] if plan.skipped else []
    told += [f"{len(plan.failed):,} failed"] if plan.failed else []
    yield ", ".join(told) or "nothing to import"
    if plan.missing:
        yield f"not everything was seen, so nothing counts as gone: {plan.missing}"
    yield from _named("failed", [f"{each.key} {each.reason}" for each in plan.failed])
    yield from _named("skipped", [f"{each.key} {each.reason}" for each in plan.skipped])
    yield from _named("conflict", [_conflict(each) for each in plan.of(Kind.CONFLICT)])
    yield from _named(
        "deleted here",
        [f"{each.key} stays away; --restore brings it back" for each in plan.of(Kind.DELETED_HERE)],
    )
    yield from _named("gone", [_gone(each) for each in plan.of(Kind.GONE)])
    found = Counter(each.kind for change in plan.writes for each in change.personal)
    if found:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in found.most_common())
        yield (
            f"personal data found: {kinds}. Your own contact details stay with --keep PATTERN, "
            "--leave KIND or FIRSTLINE_REDACTION__KEEP_FILE"
        )
    yield from _named("personal data", list(_personal(plan)))


def record(plan: Plan, source: str, requests: int, seconds: float, *, applied: bool) -> object:
    """Everything as one JSON object."""
    return {
        "source": source,
        "applied": applied,
        "complete": plan.is_complete,
        "missing": plan.missing or None,
        "counts": {kind.value: len(plan.of(kind)) for kind in Kind},
        "articles": [
            {"status": each.kind.value, "source_id": each.key, "path": each.path or None}
            for each in plan.changes
            if each.kind is not Kind.UNCHANGED
        ],
        "skipped": [{"source_id": each.key, "reason": each.reason} for each in plan.skipped],
        "failed": [{"source_id": each.key, "reason": each.reason} for each in plan.failed],
        "personal_data": [
            {"path": c.target or c.path, "line": p.line, "kind": p.kind, "masked": p.masked}
            for c in plan.writes
            for p in c.personal
        ],
        "requests": requests,
        "seconds": round(seconds, 1),
    }


def _conflict(change: Change) -> str:
    return (
        f"{change.path}: your text stays, the source's is in {change.path}{INCOMING}; take over "
        "what you want and delete that file"
    )


def _gone(change: Change) -> str:
    if change.writes:
        return f"{change.path} moves to {ARCHIVE}/"
    return f"{change.path} stays; --prune archives what nobody edited"


def _personal(plan: Plan) -> Iterator[str]:
    for change in plan.writes:
        for each in change.personal:
            what = "masked" if each.masked else "left as it stands"
            yield f"{change.target or change.path}:{each.line}: {each.kind} {what}"


def _named(what: str, told: list[str]) -> Iterator[str]:
    for each in told[:_MOST_NAMED]:
        yield f"{what}: {each}"
    if len(told) > _MOST_NAMED:
        yield f"{what}: and {len(told) - _MOST_NAMED:,} more; --json lists all"
