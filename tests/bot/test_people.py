import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.accounts import Account, StaffRole
from bot.cli import app
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.opening import open_store
from bot.people import first_link, people_of
from bot.server_address import keep_address
from bot.staff import StaffAccess, add_account
from bot.store_accounts import AccountStore


def run(data: Path, *words: str, typed: str = "") -> str:
    made = CliRunner().invoke(app, [*words, "--data", str(data)], input=typed)
    assert made.exit_code == 0, made.output
    return made.stdout.strip()


def token_of(link: str) -> str:
    found = re.fullmatch(r"(https?://\S+)/staff/sign-in\?token=(\S+)", link.strip())
    assert found is not None
    return found.group(2)


def test_the_first_person_is_the_admin_and_signs_in_by_the_printed_link(tmp_path: Path) -> None:
    link = run(tmp_path, "staff", "add", "ana.gil@example.com")
    run(tmp_path, "staff", "add", "bea@example.com", "--name", "Bea  B", "--role", "evaluator")
    store = open_store(Settings(data=tmp_path))
    staff = StaffAccess(store, b"k" * 32)
    ana = staff.session(staff.sign_in(token_of(link))).account
    assert ana.name == "Ana Gil"
    assert ana.roles == {StaffRole.ADMIN}
    assert store.accounts.find("bea b").roles == {StaffRole.EVALUATOR}
    store.close()


def test_a_typed_password_replaces_the_link(tmp_path: Path) -> None:
    typed = "four unrelated green boats\n"
    assert run(tmp_path, "staff", "add", "ana", "--password", typed=typed) == ""
    store = open_store(Settings(data=tmp_path))
    staff = StaffAccess(store, b"k" * 32)
    assert staff.session(staff.sign_in_with_password("ana", typed.strip(), "here")).name == "Ana"
    store.close()
    refused = CliRunner().invoke(
        app, ["staff", "add", "bea", "--password", "--data", str(tmp_path)], input="bea\n"
    )
    assert refused.exit_code == 2
    assert "bea" not in run(tmp_path, "staff", "list")


def test_people_are_listed_changed_and_shut_out(tmp_path: Path) -> None:
    run(tmp_path, "staff", "add", "ana")
    run(tmp_path, "staff", "add", "bea")
    run(tmp_path, "staff", "roles", "Bea", "--role", "agent", "--role", "content-owner")
    run(tmp_path, "staff", "disable", "bea")
    listed = run(tmp_path, "staff", "list")
    assert "agent, content-owner" in listed
    assert "disabled" in listed
    run(tmp_path, "staff", "enable", "bea")
    assert "disabled" not in run(tmp_path, "staff", "list")


def test_what_the_operator_does_is_logged_and_checked(tmp_path: Path) -> None:
    run(tmp_path, "staff", "add", "ana")
    run(tmp_path, "staff", "add", "bea")
    run(tmp_path, "staff", "disable", "bea")
    key = run(tmp_path, "keys", "add", "--role", "agent")
    run(tmp_path, "keys", "revoke", key[4:12])
    lines = run(tmp_path, "staff", "log").splitlines()
    assert [line.split()[3] for line in lines] == [
        "staff.add", "staff.link", "staff.add", "staff.link", "staff.disable", "key.add",
        "key.revoke",
    ]  # fmt: skip
    assert run(tmp_path, "staff", "log", "--limit", "1") == lines[-1]
    store = open_store(Settings(data=tmp_path))
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE id = 3")
    store.close()
    checked = CliRunner().invoke(app, ["staff", "log", "--data", str(tmp_path)])
    assert checked.exit_code == 1
    assert "entry 3 was altered" in checked.output


def test_a_link_is_for_somebody(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"data": tmp_path, "web": {"public_url": "https://help.example.com/"}}
    )
    with people_of(settings) as people:
        first = people.link()
        assert first.startswith("https://help.example.com/staff/sign-in?token=")
        assert [account.name for account in people.list()] == ["Agent"]
        people.add("bea")
        assert people.link("Bea")
        with pytest.raises(ConfigurationError, match="Agent, Bea"):
            people.link()
        with pytest.raises(ConfigurationError, match="firstline staff add"):
            people.link("Nobody")
        with pytest.raises(ConfigurationError, match="taken"):
            people.add("bea")


def test_the_last_admin_stays(tmp_path: Path) -> None:
    with people_of(Settings(data=tmp_path)) as people:
        people.add("ana")
        people.add("bea")
        for change in (people.disable, lambda name: people.set_roles(name, ["agent"])):
            with pytest.raises(ConfigurationError, match="only admin"):
                change("ana")
        people.set_roles("bea", ["admin"])
        people.disable("ana")


def test_a_link_leads_to_where_the_server_last_answered_unless_an_address_is_set(
    tmp_path: Path,
) -> None:
    settings = Settings.model_validate({"data": tmp_path})
    keep_address(settings, "http://127.0.0.1:43210")
    with people_of(settings) as people:
        assert people.link().startswith("http://127.0.0.1:43210/staff/")
    known = Settings.model_validate(
        {"data": tmp_path, "web": {"public_url": "https://help.example.com"}}
    )
    with people_of(known) as people:
        assert people.link().startswith("https://help.example.com/staff/")


@pytest.mark.parametrize("role", ["boss", ""])
def test_an_unknown_role_is_refused_with_the_known_ones(tmp_path: Path, role: str) -> None:
    refused = CliRunner().invoke(
        app, ["staff", "add", "ana", "--role", role, "--data", str(tmp_path)]
    )
    assert refused.exit_code == 2
    assert "content-owner" in refused.output


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    key = run(tmp_path, "keys", "add", "--role", "agent", "--name", "CRM", "--scope", "read")
    listed = run(tmp_path, "keys", "list")
    assert key not in listed
    assert re.search(rf"{key[4:12]} +CRM +agent +read +20\d\d-\d\d-\d\d +never +in use", listed)
    run(tmp_path, "keys", "revoke", key[4:12])
    assert "revoked" in run(tmp_path, "keys", "list")
    again = CliRunner().invoke(app, ["keys", "revoke", key[4:12], "--data", str(tmp_path)])
    assert again.exit_code == 2


def test_the_start_offers_a_link_until_somebody_has_another_way_in(tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path))
    for _ in range(2):
        link = first_link(store, "http://here") or ""
        assert link
    staff = StaffAccess(store, b"k" * 32)
    agent = staff.session(staff.sign_in(token_of(link))).account
    assert agent.roles == {StaffRole.ADMIN}
    staff.set_password(agent, "four unrelated green boats")
    assert first_link(store, "http://here") is None
    store.close()


def test_servers_that_start_at_once_make_one_first_account(tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path))

    class Late(AccountStore):
        """Has not heard yet of the account that another server makes."""

        def list(self) -> Sequence[Account]:
            found = super().list()
            if not found:
                add_account(store, "Agent", roles=[StaffRole.ADMIN])
            return found

    store.accounts = Late(store._database)
    assert "sign-in?token=" in (first_link(store, "http://here") or "")
    assert len(store.accounts.list()) == 1
    store.close()
