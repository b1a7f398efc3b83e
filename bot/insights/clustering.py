"""Groups of messages that ask the same: average linkage on the cosine, exact up to some thousands.

Merging by the mean cosine of all pairs (UPGMA) does best among what was measured
(``docs/content-owners.md``). The mean over all pairs of two groups is the inner product of their
mean vectors, so nothing quadratic is ever held: a chain of nearest neighbours (Murtagh 1983) finds
the same tree one row at a time. More messages than ``MOST_AT_ONCE`` are first gathered into that
many small groups by a few rounds of spherical k-means.
"""

import numpy as np
import numpy.typing as npt

from retrieval.embedder import Floats

Labels = npt.NDArray[np.int64]

MOST_AT_ONCE = 6000
"""Rows up to which the linkage is exact; above, k-means makes as many groups first."""

_ROUNDS = 4
_ROWS = 2048
_NOBODY = -9.0
_WORTH_PACKING = 0.5


def cluster(vectors: Floats, least: float, weights: Floats | None = None) -> Labels:
    """Group vectors, so that the mean cosine of two groups that are merged is at least ``least``.

    Args:
        vectors: Shape (n, d), each of length 1.
        least: Mean cosine below which groups stay apart.
        weights: How often each row occurs, shape (n,); once by default.

    Returns:
        A group for each row, numbered from 0, shape (n,).
    """
    n = len(vectors)
    weighing = np.ones(n, np.float32) if weights is None else weights.astype(np.float32)
    if n <= MOST_AT_ONCE:
        return linked(vectors, weighing, least)
    _, members = np.unique(_gathered(vectors, MOST_AT_ONCE), return_inverse=True)
    means, sums = weighted_means(vectors, members, weighing)
    return linked(means, sums, least)[members]


def weighted_means(vectors: Floats, labels: Labels, weights: Floats) -> tuple[Floats, Floats]:
    """The mean of each group, shape (g, d), and its weight, shape (g,); no label is left out."""
    order = np.argsort(labels, kind="stable")
    firsts = np.searchsorted(labels[order], np.arange(int(labels.max(initial=-1)) + 1))
    if not len(firsts):
        return vectors[:0], weights[:0]
    sums = np.add.reduceat(vectors[order] * weights[order, None], firsts, axis=0)
    sizes = np.add.reduceat(weights[order], firsts)
    return np.asarray(sums / sizes[:, None], np.float32), np.asarray(sizes, np.float32)


def _gathered(vectors: Floats, groups: int) -> Labels:
    """Spherical k-means, seeded from every so-manyth row: the same rows give the same groups."""
    order = np.random.default_rng(0).permutation(len(vectors))[:groups]
    centres = vectors[np.sort(order)]
    labels = np.zeros(len(vectors), np.int64)
    for _ in range(_ROUNDS):
        across = np.ascontiguousarray(centres.T)
        for start in range(0, len(vectors), _ROWS):
            labels[start : start + _ROWS] = (vectors[start : start + _ROWS] @ across).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return labels


def linked(means: Floats, weights: Floats, least: float) -> Labels:
    """Average linkage by a chain of nearest neighbours, numbered like those of ``cluster``.

    A group whose nearest neighbour is further than ``least`` is final: merging others can only
    lower a mean that was below it. Final groups leave, which keeps the rows few.
    """
    owner = np.arange(len(means), dtype=np.int64)
    parent = np.arange(len(means), dtype=np.int64)
    rows, sizes = means.astype(np.float32).copy(), weights.copy()
    alive = np.ones(len(rows), bool)
    chain: list[int] = []
    while True:
        if not chain:
            if alive.sum() < _WORTH_PACKING * len(rows):
                rows, sizes, owner = rows[alive], sizes[alive], owner[alive]
                alive = np.ones(len(rows), bool)
            start = int(alive.argmax()) if len(alive) else 0
            if not len(alive) or not alive[start]:
                break
            chain.append(start)
        tip = chain[-1]
        near = rows @ rows[tip]
        near[~alive] = _NOBODY
        near[tip] = _NOBODY
        best = int(near.argmax())
        if len(chain) > 1 and near[chain[-2]] >= near[best]:
            best = chain[-2]  # of equals the one before, or the chain would run in circles
        if near[best] < least:
            alive[tip] = False
            chain.pop()
        elif len(chain) > 1 and best == chain[-2]:
            del chain[-2:]
            total = sizes[tip] + sizes[best]
            rows[best] = (rows[best] * sizes[best] + rows[tip] * sizes[tip]) / total
            sizes[best] = total
            alive[tip] = False
            parent[owner[tip]] = owner[best]
        else:
            chain.append(best)
    return _roots(parent)


def _roots(parent: Labels) -> Labels:
    """Whom each row ended with."""
    while True:
        above = parent[parent]
        if np.array_equal(above, parent):
            break
        parent = above
    return numbered(parent)


def numbered(labels: Labels) -> Labels:
    """The same groups, numbered from 0 in order of their first row."""
    _, first, found = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[found]
