"""Groups texts of similar length, so that a batch holds little padding."""

from collections.abc import Iterator, Sequence


def by_length(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Numbers of texts, batch by batch, longest first; ``most`` word pieces with padding.

    A text longer than ``most`` is a batch of its own.
    """
    batch: list[int] = []
    widest = 0
    for number in sorted(range(len(lengths)), key=lambda text: (-lengths[text], text)):
        if batch and widest * (len(batch) + 1) > most:
            yield batch
            batch = []
        if not batch:
            widest = lengths[number]
        batch.append(number)
    if batch:
        yield batch
