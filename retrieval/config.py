"""Settings of retrieval. The defaults are measured; ``docs/retrieval.md`` says on what."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class RetrievalSettings(BaseModel):
    """How articles are split, embedded and found again."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model_path: Path | None = Field(
        default=None,
        description="Folder of a sentence-transformers model; empty for the bundled MiniLM.",
    )
    model_name: str = Field(
        default="all-MiniLM-L6-v2", description="Name of the model in manifests and records."
    )
    model_sha256: str = Field(
        default=MINILM_SHA256,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 that model.safetensors must have.",
    )
    threads: PositiveInt = Field(default=1, description="Processor threads of one embedding call.")
    batch_tokens: PositiveInt = Field(
        default=2048, description="Word pieces, padding included, embedded in one batch."
    )
    passage_words: PositiveInt = Field(default=120, description="Most words of a cited passage.")
    whole_words: PositiveInt = Field(
        default=300,
        description="Words up to which a list, table or code block is never cut.",
    )
    window_words: PositiveInt = Field(
        default=80, description="Most words behind one dense vector; a passage has several."
    )
    dense_weight: float = Field(
        default=0.75, ge=0, le=1, description="Weight of the dense leg; BM25 has the rest."
    )
    full_match: float = Field(
        default=2.0,
        gt=0,
        description="BM25 of a full match, where a passage with each word once has 1; "
        "below it BM25 weighs less.",
    )
    title_weight: float = Field(
        default=0.2, ge=0, description="Weight of the cosine with the article's title."
    )
    late_weight: float = Field(
        default=1.5, ge=0, description="Weight of late interaction over the top articles."
    )
    late_articles: int = Field(
        default=20, ge=0, description="Top articles re-scored by late interaction; 0 for none."
    )
    late_passages: PositiveInt = Field(
        default=3, description="Most passages of an article that late interaction compares."
    )
    late_passage_limit: int = Field(
        default=20_000,
        ge=0,
        description="Passages above which no token vectors are kept (about 30 KB each on disk).",
    )
    candidates: PositiveInt = Field(
        default=200, description="Vectors and articles that each leg hands to the fusion."
    )
    k1: float = Field(default=1.5, gt=0, description="BM25: how fast repeated words saturate.")
    b: float = Field(default=0.75, ge=0, le=1, description="BM25: how much length counts.")
    title_repeats: PositiveInt = Field(
        default=2, description="BM25: how many times the title counts in each passage."
    )
