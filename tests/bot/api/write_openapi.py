"""Writes the reviewed description of the API afresh: ``python tests/bot/api/write_openapi.py``."""

import json
from pathlib import Path
from typing import cast

from bot.api.app import create_app
from bot.api.services import ApiServices

if __name__ == "__main__":
    app = create_app(cast("ApiServices", None))
    text = json.dumps(app.openapi(), indent=1, ensure_ascii=False)
    Path(__file__).with_name("openapi.json").write_text(text + "\n", encoding="utf-8")
