"""How articles were used: cited, voted on, and whether it ended well after they were cited."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.estimate import share
from bot.insights.health import Use
from bot.measure.replayed import ReplayedConversation
from bot.store_views import Views


def uses_of(
    conversations: Iterable[ReplayedConversation],
    votes: Mapping[str, tuple[int, int]],
    read: Mapping[str, Views] | None = None,
) -> dict[str, Use]:
    """The use of every article that was cited or voted on.

    Args:
        conversations: What happened in the window; test traffic is left out.
        votes: Votes up and down by article on its page, of its present revision; those on answers
            that cite it count beside them.
        read: How often each was read on the help site.
    """
    cited: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    well: Counter[str] = Counter()
    up, down = (Counter({name: each[side] for name, each in votes.items()}) for side in (0, 1))
    for each in conversations:
        if each.is_test:
            continue
        own = [name for turn in each.turns for name in turn.articles or ()]
        cited.update(own)
        ended.update(set(own))
        for vote in each.feedback or ():
            (up if vote.helpful else down).update(set(each.turns[vote.turn].articles or ()))
        if _ended_well(each):
            well.update(set(own))
    seen = read or {}
    return {
        name: Use(
            cited[name],
            share(up[name], up[name] + down[name], empty="no votes yet"),
            share(well[name], ended[name], empty="never cited"),
            seen.get(name, Views()).views,
            seen.get(name, Views()).searches,
        )
        for name in {*cited, *votes, *seen}
    }


def _ended_well(conversation: ReplayedConversation) -> bool:
    """Whether no person was needed and the last word on an answer was no complaint."""
    by_hand = conversation.handoff is not None or any(
        turn.decision == "handoff" or turn.speaker == "agent" for turn in conversation.turns
    )
    last = max(conversation.feedback or (), key=lambda vote: vote.at, default=None)
    return not by_hand and (last is None or last.helpful)
