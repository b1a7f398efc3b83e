"""What happened in conversations, as one table of episodes and one set of formulas over it.

Offline runs, replayed logs and the live store fill the same rows, so they can't disagree on what a
number means. ``docs/metrics.md`` defines each.
"""
