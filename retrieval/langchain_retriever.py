"""The same search as a LangChain retriever, so that it drops into other people's chains."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.article import Audience
from retrieval.hit import Hit, Query
from retrieval.search import SearchIndex


class FirstlineRetriever(BaseRetriever):
    """Finds the passages of the best articles, one an article.

    Attributes:
        index: A loaded index.
        audience: Whose articles are searched; customers' alone unless said otherwise.
        locale: Language of the articles, ``None`` for any.
        limit: Most passages returned.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SearchIndex
    audience: Audience = Audience.CUSTOMER
    locale: str | None = None
    limit: int = 4

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        **kwargs: Any,  # noqa: ANN401 (LangChain's signature)
    ) -> list[Document]:
        wanted = Query(query, locale=self.locale, audience=self.audience, limit=self.limit)
        return [self._document(hit) for hit in self.index.search(wanted)]

    def _document(self, hit: Hit) -> Document:
        article = self.index.articles[hit.passage.article_id]
        return Document(
            id=hit.passage.id,
            page_content=hit.passage.text,
            metadata={
                "article_id": article.id,
                "passage_id": hit.passage.id,
                "anchor": hit.passage.anchor,
                "heading": hit.passage.heading,
                "title": article.title,
                "score": hit.score,
            },
        )
