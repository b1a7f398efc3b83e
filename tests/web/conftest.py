"""Fixtures of the page tests: the app in process, and one browser for all of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.web.installation import Installation, install, served

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return install(tmp_path)


@pytest.fixture
def client(installation: Installation) -> TestClient:
    return TestClient(installation.app, headers={"Accept": "text/html"})


@pytest.fixture(scope="module")  # its event loop ends before other tests need one
def browser() -> Iterator[Browser]:
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        pytest.skip("no Chromium in PATH: install chromium to run the browser tests")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def address(installation: Installation) -> Iterator[str]:
    with served(installation.app) as url:
        yield url


@pytest.fixture(params=["desktop-light", "phone-dark"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    phone = request.param.startswith("phone")
    made = browser.new_context(
        viewport={"width": 375, "height": 812} if phone else {"width": 1280, "height": 860},
        color_scheme="dark" if phone else "light",
        reduced_motion="reduce",
    )
    made.set_default_timeout(10_000)
    yield made
    made.close()
