"""What a decision rests on, kept with it so that it can be explained and replayed."""

from dataclasses import dataclass, field

from bot.decision import HandoffReason, Risk


@dataclass(frozen=True, slots=True)
class IntentScore:
    """An intent with its calibrated probability."""

    intent: str
    probability: float
    risk: Risk


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """An article that was considered.

    Attributes:
        article_id: The article.
        passage_id: Its best passage for the query.
        score: Fused retrieval score.
        dense: Cosine of query and passage.
        lexical: BM25 score divided by the best BM25 score of the query.
        late: MaxSim, mean over query tokens; 0 when switched off.
    """

    article_id: str
    passage_id: str
    score: float
    dense: float
    lexical: float
    late: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the policy looked at, and which rule fired.

    Attributes:
        language: ISO 639-1 code of the message.
        intents: Most probable intents, best first; empty without intents.
        high_risk: Summed probability of the high-risk intents.
        account_or_high: Summed probability of the account and high-risk intents.
        in_scope: Calibrated probability that the message is about our topics.
        support: Calibrated probability that the best article answers the message.
        articles: Articles considered, best first.
        rule: Name of the policy rule that decided.
        raises: Why a person would take over, where one is awaited already: the ticket is raised.
        index_version: Generation of the index.
        policy_version: Version of the policy file.
        settings_hash: First 12 hex digits of the SHA-256 of the settings that steer decisions.
        model: Name of the embedding model.
        worded_by: Prompts and language models whose words were used, in order; none by default.
        timings: Milliseconds by stage.
    """

    language: str
    intents: tuple[IntentScore, ...] = ()
    high_risk: float = 0.0
    account_or_high: float = 0.0
    in_scope: float = 0.0
    support: float = 0.0
    articles: tuple[ArticleScore, ...] = ()
    rule: str = ""
    raises: HandoffReason | None = None
    index_version: str = ""
    policy_version: str = ""
    settings_hash: str = ""
    model: str = ""
    worded_by: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def intent(self) -> str | None:
        """The most probable intent, ``None`` where there are none."""
        return self.intents[0].intent if self.intents else None

    @property
    def risk(self) -> Risk | None:
        """The risk of the most probable intent, ``None`` where there are none."""
        return self.intents[0].risk if self.intents else None
