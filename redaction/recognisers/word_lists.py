"""Lists of words that ship beside the recognisers, as text files."""

from importlib.resources import files


def words(name: str) -> frozenset[str]:
    """The words of ``words/<name>.txt``: lower case, parted by blanks and line breaks."""
    return frozenset((files(__package__) / "words" / f"{name}.txt").read_text("utf-8").split())
