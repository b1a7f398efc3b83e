"""Keeps packages out of the process that another package would load and never use.

thinc and presidio-analyzer import torch and transformers wherever these are installed, for models
that we don't run. That is 3.8 s of processor time and 310 MB in a process that has neither.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_out(*packages: str) -> Iterator[None]:
    """Imports inside find none of ``packages``, as if they were not installed.

    Whoever needs one later imports it as always; one that is loaded already stays.
    """
    hidden = [name for name in packages if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # what the import system takes for no
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
