"""Opens a chat model that the evaluator names: a judge, or one that plays customers."""

from bot.config import load_settings
from bot.llm.chat_model import ChatModel

_PATIENCE = 60.0  # seconds for a reply, where the settings don't give more: nobody waits for it
_MOST_TOKENS = 200


def open_chat_model(name: str) -> ChatModel:
    """Open a model by its LangChain name, with the address and key of the settings.

    Args:
        name: ``provider:model``.

    Raises:
        bot.llm.chat_model.ModelUnavailableError: It is unknown, or its package or key is missing.
    """
    from bot.llm.langchain_model import LangChainModel  # noqa: PLC0415  --help stays quick
    from bot.model_settings import provider_of, served_at  # noqa: PLC0415

    llm = load_settings().llm
    address = served_at(llm, name)
    # The key of one provider is never shown to another.
    same = provider_of(name, address) == provider_of(llm.model, llm.base_url)
    return LangChainModel.open(
        name,
        base_url=address,
        api_key=llm.api_key.get_secret_value() if same or not llm.model else "",
        timeout=max(_PATIENCE, llm.timeout),
        structured=None if llm.structured == "auto" else llm.structured == "on",
        most_tokens=_MOST_TOKENS,
    )
