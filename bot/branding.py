"""How an installation presents itself: by its settings, else its knowledge base, else neutrally.

Nothing of one company shows on the site of another: what neither the settings nor ``site.yaml``
name is left out or taken from the articles.
"""

from collections.abc import Callable

from bot.config import BrandSettings
from bot.errors import ConfigurationError
from bot.knowledge import Knowledge
from bot.lines import Lines
from bot.site import Site
from bot.web.brand import Brand, BrandError
from bot.web.catalogue import Catalogue

SUGGESTIONS = 3


def company(settings: BrandSettings, site: Site) -> str:
    """The company's name, empty when nobody gave one."""
    return settings.name.strip() or site.name


class BrandedLines:
    """The fixed lines of the knowledge base in use, in the company's name.

    Args:
        settings: What the deployer set.
        knowledge: Gives the knowledge base in use.
    """

    def __init__(self, settings: BrandSettings, knowledge: Callable[[], Knowledge]) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._spoken: dict[tuple[str, str], Lines] = {}

    def current(self, language: str = "") -> Lines:
        """The lines to speak now.

        Args:
            language: Primary subtag of the customer's language; where no article is in it, that
                of most articles is spoken.
        """
        knowledge = self._knowledge()
        spoken = language if language in knowledge.languages else knowledge.language
        lines = self._spoken.get((knowledge.version, spoken))
        if lines is None:
            lines = knowledge.lines.spoken(company(self._settings, knowledge.site), spoken)
            older = {key: said for key, said in self._spoken.items() if key[0] == knowledge.version}
            self._spoken = {**older, (knowledge.version, spoken): lines}
        return lines


def branded(settings: BrandSettings, site: Site, catalogue: Catalogue | None = None) -> Brand:
    """The brand.

    Args:
        settings: What the deployer set; wins.
        site: What the knowledge base says of itself.
        catalogue: The articles that questions are taken from where neither names any.

    Raises:
        ConfigurationError: A setting can't be used; names the way out.
    """
    neutral = Brand()
    questions = settings.suggested_questions
    if questions is None:
        questions = site.suggested_questions
    if questions is None:
        questions = catalogue.suggestions(SUGGESTIONS) if catalogue else ()
    try:
        return Brand(
            name=company(settings, site),
            accent=settings.accent or site.accent or neutral.accent,
            greeting=settings.greeting.strip() or site.greeting or neutral.greeting,
            suggested_questions=questions,
            hours=settings.hours.strip() or site.hours,
        )
    except BrandError as error:
        raise ConfigurationError(f"FIRSTLINE_BRAND: {error}") from error
