import errno
import os
from pathlib import Path

import pytest

from retrieval.disk import refusal


def refused(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "this user may not"),
        (errno.EPERM, "this user may not"),
        (errno.EISDIR, "is a folder"),
        (errno.ENOENT, "no such file"),
        (errno.EIO, "input/output error"),
    ],
)
def test_a_refusal_is_said_in_words_and_never_as_a_number(
    tmp_path: Path, number: int, words: str
) -> None:
    said = refusal(refused(number), tmp_path)
    assert words in said
    assert str(number) not in said.replace(str(tmp_path), "")
    assert "Errno" not in said


def test_the_file_in_the_way_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    said = refusal(refused(errno.ENOTDIR), file / "index" / "keys")
    assert said == f"{file} is not a folder"


def test_an_error_without_a_number_is_no_full_disk_where_there_is_room(tmp_path: Path) -> None:
    assert refusal(OSError("10 requested and 4 written"), tmp_path / "x") == (
        "10 requested and 4 written"
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system without room")
def test_numpy_does_not_say_that_the_disk_is_full() -> None:
    assert "disk is full" in refusal(OSError("10 requested and 4 written"), Path("/proc/self/x"))
