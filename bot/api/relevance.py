"""Which hits are worth showing to somebody who searches: few, and none for nonsense.

A search always finds its nearest articles, however far away they are. A hit is shown when it is
near by meaning, or when it says the words of the query.

Chosen on three knowledge bases (Kestrel's, 67 and 89 articles; 400, 400 and 115 questions; 30
lines of nonsense; 100 questions on other matters): docs/retrieval.md.
"""

from collections.abc import Iterator, Sequence

from retrieval.article import Article
from retrieval.hit import Hit
from retrieval.spelling import Speller
from retrieval.words import index_terms, query_terms

NEAR = 0.35
"""Least cosine with the passage or the title."""
OF_THE_BEST = 0.7
"""Least share of the best hit's cosine."""
SAID = 0.75
"""Share of the query's words that a hit may say in place of being near."""
_SHORTEST = 3
_KEYWORDS = 3
"""Most words for which slips are looked for; in a sentence, nearness says more."""


def relevant(hits: Sequence[tuple[Hit, Article]], query: str) -> Iterator[tuple[Hit, Article]]:
    """The hits worth showing, in order.

    Args:
        hits: With their articles, best first.
        query: What was searched for.
    """
    least = max(NEAR, OF_THE_BEST * max((_nearness(hit) for hit, _ in hits), default=0.0))
    for hit, article in hits:
        if _nearness(hit) >= least or says(article, hit, query) >= SAID:
            yield hit, article


def _nearness(hit: Hit) -> float:
    return max(hit.dense, hit.title)


def says(article: Article, hit: Hit, query: str) -> float:
    """Share of the query's words, from 0 to 1, that the title or the passage says.

    A slip of the finger is forgiven, and the last word may be the beginning of one, as it is
    while somebody types.
    """
    language = article.locale.split("-")[0].lower()
    wanted = [term for term in query_terms(query, language) if len(term) >= _SHORTEST]
    if not wanted:
        return 0.0
    told = f"{article.title}\n{hit.passage.heading}\n{hit.passage.text}"
    terms = sorted(set(index_terms(told, language)))
    exact = [term in terms for term in wanted]
    exact[-1] = exact[-1] or any(term.startswith(wanted[-1]) for term in terms)
    if all(exact) or len(wanted) > _KEYWORDS:
        return sum(exact) / len(exact)
    near = Speller(terms).near
    said = [found or bool(near(term)) for found, term in zip(exact, wanted, strict=True)]
    return sum(said) / len(said)
