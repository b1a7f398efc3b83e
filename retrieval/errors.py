"""What can go wrong in retrieval.

RetrievalError
├── KnowledgeBaseError        the folder of articles can't be used
├── ModelError                the embedding model can't be used
│   ├── ModelMissingError     no weights where the settings say
│   └── ModelHashError        the weights are not the ones that were asked for
└── IndexStoreError           the index on disk can't be used or changed
    ├── IndexMissingError     nothing was built yet, or nothing to roll back to
    ├── IndexDamagedError     a file is missing or differs from the manifest
    ├── IndexMismatchError    built with another model or by another version
    ├── IndexLockedError      another build is running
    ├── IndexWriteError       the disk is full or refuses
    └── RefusedDeletionError  most known articles are gone from the folder
"""


class RetrievalError(Exception):
    """Anything that retrieval raises on purpose."""


class KnowledgeBaseError(RetrievalError):
    """The folder of articles can't be used at all; single bad files are ``Problem`` instead."""


class ModelError(RetrievalError):
    """The embedding model can't be used."""


class ModelMissingError(ModelError):
    """There are no weights where the settings say, or the index runs without a model."""


class ModelHashError(ModelError):
    """The weights on disk are not those that the settings or the index name."""


class IndexStoreError(RetrievalError):
    """The index on disk can't be used or changed."""


class IndexMissingError(IndexStoreError):
    """Nothing was built yet, or there is nothing to roll back to."""


class IndexDamagedError(IndexStoreError):
    """A file of the index is missing or differs from the manifest."""


class IndexMismatchError(IndexStoreError):
    """The index was built with another model or by another version of this software."""


class IndexLockedError(IndexStoreError):
    """Another build works on the same data folder."""


class IndexWriteError(IndexStoreError):
    """The disk is full or refuses to be written; the old index stays as it was."""


class RefusedDeletionError(IndexStoreError):
    """Most known articles are gone from the folder, which looks like a mistake.

    Attributes:
        known: Articles in the current index.
        kept: How many of them the new folder still holds.
    """

    def __init__(self, known: int, kept: int) -> None:
        super().__init__(
            f"the folder holds {kept} of the {known} articles in the index: refusing to delete "
            f"{known - kept}. If that is meant, pass --allow-mass-deletion."
        )
        self.known = known
        self.kept = kept
