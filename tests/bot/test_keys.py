import stat
from pathlib import Path

import pytest

from bot.keys import KEY_BYTES, KeyFileError, load_or_create, rotate_visitor
from bot.tokens import VisitorTokens


def test_makes_four_different_keys_that_only_the_owner_can_read(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path)
    secrets = {keys.visitor, keys.redaction, keys.session, keys.contact}
    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {KEY_BYTES}
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == [
        "contact.key",
        "redaction.key",
        "session.key",
        "visitor.key",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_gives_the_same_keys_at_the_next_start(tmp_path: Path) -> None:
    assert load_or_create(tmp_path) == load_or_create(tmp_path)


def test_never_shows_a_key(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path)
    assert "b'" not in repr(keys)


def test_refuses_a_key_that_others_may_read(tmp_path: Path) -> None:
    load_or_create(tmp_path)
    (tmp_path / "keys" / "visitor.key").chmod(0o644)
    with pytest.raises(KeyFileError, match=r"visitor\.key; run chmod 600"):
        load_or_create(tmp_path)


@pytest.mark.parametrize("content", ["", "abc", "zz" * KEY_BYTES, "00" * (KEY_BYTES - 1)])
def test_refuses_a_damaged_key(tmp_path: Path, content: str) -> None:
    load_or_create(tmp_path)
    (tmp_path / "keys" / "session.key").write_text(content, encoding="ascii")
    with pytest.raises(KeyFileError, match=r"session\.key is damaged"):
        load_or_create(tmp_path)


def test_a_rotated_key_keeps_open_conversations_open(tmp_path: Path) -> None:
    first = load_or_create(tmp_path)
    token = VisitorTokens(first.visitor).issue("c1").token
    rotate_visitor(tmp_path)
    second = load_or_create(tmp_path)
    assert second.visitor != first.visitor == second.visitor_before
    assert (second.redaction, second.session) == (first.redaction, first.session)
    tokens = VisitorTokens(second.visitor, previous=[first.visitor])
    assert tokens.conversation(token) == "c1"
    rotate_visitor(tmp_path)
    third = load_or_create(tmp_path)
    assert third.visitor_before == second.visitor
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == [
        "contact.key", "redaction.key", "session.key", "visitor-before.key", "visitor.key"
    ]  # fmt: skip
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
