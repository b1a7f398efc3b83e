"""What answers rest on: the models, redaction, the articles, the index."""

from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.config import Settings
from bot.keys import load_or_create
from bot.knowledge import assemble
from bot.origin import origin_of, read_origin
from bot.wiring import knowledge_base, open_embedder, open_redactor
from redaction.name_model import MODEL, TREE_SHA256, VERSION, verify_name_model
from retrieval.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from retrieval.load import load
from retrieval.manifest import current, generation_folder, read_manifest
from retrieval.model import verify_model


def check_model(settings: Settings) -> Iterator[Finding]:
    """The embedding model is the pinned one and can be run."""
    verify_model(settings.retrieval)
    name, digest = settings.retrieval.model_name, settings.retrieval.model_sha256
    yield Finding("ok", f"embedding model {name} found, SHA-256 {digest[:16]}… verified")
    embedder = open_embedder(settings, settings.data)
    if embedder is None:
        yield Finding("wrong", "the embedding model cannot be run; the log above says why")
    else:
        kind = type(embedder).__name__
        yield Finding("ok", f"{kind}: {embedder.dimension} dimensions")


def check_names(settings: Settings) -> Iterator[Finding]:
    """Redaction masks, and the name model is the pinned one."""
    redactor = open_redactor(settings, load_or_create(settings.data))
    sample = "My card is 4111 1111 1111 1111"
    if "4111" in redactor.redact(sample).text:
        yield Finding("wrong", "redaction does not mask a test card number; do not serve customers")
        return
    yield Finding("ok", "redaction masks a test card number")
    if settings.redaction.named_entities:
        verify_name_model()
        yield Finding(
            "ok", f"name model {MODEL} {VERSION} found, SHA-256 {TREE_SHA256[:16]}… verified"
        )
    else:
        yield Finding("note", "named entities off: names are found by cue phrases alone")


def check_knowledge_base(settings: Settings) -> Iterator[Finding]:
    """Where the articles come from."""
    origin = read_origin(settings.data)
    if settings.kb is None and origin is not None and not origin.built_in:
        yield Finding(
            "ok",
            f"knowledge base: the index was built from {origin}; to build it again name that "
            "folder with --kb or FIRSTLINE_KB",
        )
        return
    folder = knowledge_base(settings)
    if not folder.is_dir():
        yield Finding("wrong", f"knowledge base {folder} is not a folder; set FIRSTLINE_KB")
        return
    which = f"{folder}, the built-in articles" if settings.kb is None else str(folder)
    yield Finding("ok", f"knowledge base {which}")
    if origin not in (None, origin_of(settings.kb)):
        yield Finding("note", f"the index was built from {origin}; `firstline index` replaces it")


def check_index(settings: Settings) -> Iterator[Finding]:
    """The index is whole and fits the model."""
    if current(settings.data) is None:
        yield Finding("note", f"no index yet: run `firstline index --data {settings.data}`")
        return
    try:
        index = load(settings.data, settings.retrieval, open_embedder(settings, settings.data))
    except IndexMissingError as error:
        yield Finding("note", str(error))
        return
    except IndexMismatchError as error:
        yield Finding("wrong", f"index {error}")
        return
    except IndexDamagedError as error:
        again = f"run `firstline index --data {settings.data}` to build it again"
        yield Finding("wrong", f"index {error}; {again}")
        return
    folder = generation_folder(settings.data)
    manifest = read_manifest(folder)
    assemble(folder, index)
    yield Finding(
        "ok",
        f"index {manifest.version} is whole: {len(manifest.articles)} articles, "
        f"{manifest.passages} passages, {len(manifest.files)} files verified",
    )
    if index.degraded:
        yield Finding("note", f"BM25 searches alone: {index.degraded}")
