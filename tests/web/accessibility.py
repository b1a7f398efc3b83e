"""What axe finds wrong with a page, for the tests that look at pages in a browser."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

AXE = Axe()


def accessible(page: Page | Frame, where: str) -> None:
    """Holds a whole page to axe's rules; a test that follows a link waits for its address first."""
    page.wait_for_load_state()
    found = AXE.run(page).response["violations"]
    assert not found, f"{where}: " + json.dumps([(v["id"], v["nodes"][0]["html"]) for v in found])
