"""Writes the reviewed description of the API afresh.

``PYTHONPATH=. python tests/bot/api/write_openapi.py``
"""

import json
import tempfile
from pathlib import Path

from bot.api.app import create_app
from tests.web.installation import install

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(install(Path(folder)).app.state.services)
        text = json.dumps(app.openapi(), indent=1, ensure_ascii=False)
    Path(__file__).with_name("openapi.json").write_text(text + "\n", encoding="utf-8")
