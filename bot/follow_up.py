"""A follow-up put as a question of its own, where a language model words such."""

import asyncio

from bot.compose.rewriting import Rewriter
from bot.conversation import Conversation, ConversationState
from bot.episode import asked_before, chosen_option, episode_of
from bot.knowledge import Knowledge
from bot.leaning import may_point_back
from bot.look import chatter_in, is_thin, look_at
from bot.tone import Tone, ToneReader
from redaction.redactor import RedactedText

_LONGEST = 15
"""Words up to which a message may be a follow-up."""


async def reworded_by(
    rewriter: Rewriter | None,
    knowledge: Knowledge,
    tones: ToneReader,
    conversation: Conversation,
    text: RedactedText,
) -> RedactedText | None:
    """The newest message as a question of its own; ``None`` where it is to stand as it is.

    Nothing is asked of a model for a message that stands by itself, or that asks for a person,
    greets or names a risk: there is nothing to search for.

    Args:
        rewriter: Words it, if there is one.
        knowledge: What would be searched.
        tones: Reads the message's tone.
        conversation: The exchange before this message.
        text: The redacted message.
    """
    turns = episode_of(conversation)
    if rewriter is None or conversation.state is not ConversationState.OPEN:
        return None
    if asked_before(turns) is None or chosen_option(turns, text) is not None:
        return None
    if len(text.split()) > _LONGEST or tones.read(text) != Tone():
        return None
    look = await asyncio.to_thread(look_at, knowledge, text, {})
    chatter = chatter_in(look)
    if chatter is not None and chatter[1] >= knowledge.policy.thresholds.chatter:
        return None
    if not may_point_back(text) and not is_thin(knowledge, look):
        return None
    return await rewriter.rewrite(turns, text)
