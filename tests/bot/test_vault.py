from dataclasses import replace
from pathlib import Path

import pytest

from bot.vault import Sealed, ValueDamaged, Vault, is_restorable
from bot.vault_keys import VaultKeyMissing, VaultKeys
from redaction.kinds import KINDS, RESTORABLE

VALUE = "jane@example.com"
PLACE = "[EMAIL_1]"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(VaultKeys(tmp_path))


@pytest.mark.parametrize("value", [VALUE, "Zoë 🙂", "\ud800", "x" * 4000])
def test_what_is_sealed_opens_again(value: str, vault: Vault) -> None:
    sealed = vault.seal("c1", PLACE, value)
    assert vault.open("c1", sealed) == value
    assert value.encode("utf-8", "surrogatepass") not in sealed.box
    assert vault.seal("c1", PLACE, value).box != sealed.box
    assert "box" not in repr(sealed)


def test_a_box_that_was_changed_in_any_byte_does_not_open(vault: Vault) -> None:
    sealed = vault.seal("c1", PLACE, VALUE)
    for place in range(len(sealed.box)):
        box = bytearray(sealed.box)
        box[place] ^= 1
        with pytest.raises(ValueDamaged, match=r"\[EMAIL_1\] was changed since it was kept"):
            vault.open("c1", replace(sealed, box=bytes(box)))
    for cut in (b"", sealed.box[:5], sealed.box[:12], sealed.box[:-1]):
        with pytest.raises(ValueDamaged):
            vault.open("c1", replace(sealed, box=cut))


def test_a_box_that_was_moved_does_not_open(vault: Vault) -> None:
    sealed = vault.seal("c1", PLACE, VALUE)
    with pytest.raises(ValueDamaged):
        vault.open("c2", sealed)
    with pytest.raises(ValueDamaged):
        vault.open("c1", replace(sealed, placeholder="[EMAIL_2]"))


def test_another_installations_keys_do_not_open_it(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal("c1", PLACE, VALUE)
    other = Vault(VaultKeys(tmp_path / "other"))
    with pytest.raises(VaultKeyMissing):
        other.open("c1", sealed)
    posing = Sealed(PLACE, other.newest_key(), sealed.box)
    with pytest.raises(ValueDamaged):
        other.open("c1", posing)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - RESTORABLE))
def test_cards_codes_and_all_that_no_agent_needs_are_never_sealed(kind: str, vault: Vault) -> None:
    assert not is_restorable(f"[{kind}_1]")
    with pytest.raises(ValueError, match="must not be kept"):
        vault.seal("c1", f"[{kind}_1]", "4111 1111 1111 1111")


def test_only_placeholders_of_what_an_agent_needs_can_be_restored() -> None:
    assert sorted(RESTORABLE) == ["ADDRESS", "EMAIL", "NAME", "PHONE", "POSTCODE"]
    assert all(is_restorable(f"[{kind}_12]") for kind in RESTORABLE)
    assert not is_restorable("EMAIL_1")


def test_sealing_anew_takes_the_newest_key(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal("c1", PLACE, VALUE)
    new = VaultKeys(tmp_path).add()
    again = vault.again("c1", sealed)
    assert (again.key_id, vault.newest_key()) == (new.id, new.id)
    assert vault.open("c1", again) == VALUE
