import stat
from pathlib import Path

import pytest

from bot.keys import KeyFileError
from bot.vault_keys import VaultKeyMissing, VaultKeys


def test_the_first_use_makes_a_key_that_others_cannot_read(tmp_path: Path) -> None:
    keys = VaultKeys(tmp_path)
    assert keys.all() == ()
    newest = keys.newest()
    assert keys.all() == (newest,)
    path = tmp_path / "keys" / "vault.keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["vault.keys"]
    assert newest.secret.hex() not in repr(newest)


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    keys, server = VaultKeys(tmp_path), VaultKeys(tmp_path)
    old = server.newest()
    new = keys.add()
    assert (server.newest(), server.get(old.id)) == (new, old)
    keys.drop({old.id, new.id})
    assert server.all() == (new,)
    with pytest.raises(VaultKeyMissing, match=old.id):
        server.get(old.id)


@pytest.mark.parametrize("content", ["abc", "abc 00ff\n", " " + "00" * 32, "a " + "zz" * 32])
def test_a_damaged_file_is_told_with_its_line(content: str, tmp_path: Path) -> None:
    keys = VaultKeys(tmp_path)
    keys.newest()
    path = tmp_path / "keys" / "vault.keys"
    path.write_text(path.read_text("ascii") + content, "ascii")
    with pytest.raises(KeyFileError, match="line 2: restore it from a backup"):
        keys.newest()


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    keys = VaultKeys(tmp_path)
    keys.newest()
    (tmp_path / "keys" / "vault.keys").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        VaultKeys(tmp_path).newest()
