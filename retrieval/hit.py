"""What is searched for and what is found."""

from dataclasses import dataclass

from retrieval.article import Audience, Passage


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the limits that are applied before anything is searched.

    Attributes:
        text: The question, redacted by the caller.
        locale: BCP 47 tag: only articles in this language are searched where there are any;
            ``None`` searches every language.
        audience: ``CUSTOMER`` sees customer articles alone, ``INTERNAL`` sees all.
        limit: Most hits wanted.
        without: Ids of articles to leave out, for calibration.
    """

    text: str
    locale: str | None = None
    audience: Audience = Audience.CUSTOMER
    limit: int = 10
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article by its best passage, with the raw signals of the article behind its score.

    Attributes:
        passage: The passage that fits best.
        score: What hits are sorted by; comparable within one query only.
        dense: Highest cosine of the query with the article's passages; 0 without a model.
        lexical: Highest BM25 of its passages divided by the best BM25 of the query, 0 to 1.
        late: Highest MaxSim of its passages: mean over the query's word pieces of the best cosine
            with the passage's word pieces; 0 when switched off or not among the top articles.
        title: Cosine of the query with the article's title; 0 without a model.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    late: float
    title: float
