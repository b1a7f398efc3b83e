"""The knowledge base in use, as customers may see it."""

from collections.abc import Sequence

from bot.api.services import IndexState
from bot.knowledge import KnowledgeHolder
from redaction.redactor import RedactedText
from retrieval.article import Article, Audience
from retrieval.hit import Hit, Query


class KnowledgeLibrary:
    """A ``Library`` over the generation that is in use at each call.

    Args:
        knowledge: Holds it.
    """

    def __init__(self, knowledge: KnowledgeHolder) -> None:
        self._knowledge = knowledge

    def search(self, text: RedactedText, limit: int) -> Sequence[Hit]:
        """Customer articles that fit, best first."""
        query = Query(text, audience=Audience.CUSTOMER, limit=limit)
        return self._knowledge.current().index.search(query)

    def article(self, article_id: str) -> Article | None:
        """The article, ``None`` when there is none of that id for customers."""
        article = self._knowledge.current().index.articles.get(article_id)
        if article is None or article.audience is not Audience.CUSTOMER:
            return None
        return article

    def knows(self, article_id: str) -> bool:
        """Whether there is an article of that id, for customers or not."""
        return article_id in self._knowledge.current().index.articles

    def state(self) -> IndexState:
        """How well it can be searched now."""
        index = self._knowledge.current().index
        if not index.articles:
            return IndexState.MISSING
        lexical = bool(index.degraded) or index.embedder is None
        return IndexState.LEXICAL_ONLY if lexical else IndexState.READY
