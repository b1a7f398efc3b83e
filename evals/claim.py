"""One writer for each folder of a run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from evals.errors import RunError


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone; makes it where there is none, for as long as it fills.

    The lock is on the folder itself and goes with the process, however that ends.

    Raises:
        RunError: Another run is writing there, or the folder can't be made.
    """
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error
    try:
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"{folder}: another run is writing there: wait for it, or name another --out"
            ) from None
        yield
    finally:
        if fresh:
            with suppress(OSError):  # something was written
                folder.rmdir()
        os.close(descriptor)
