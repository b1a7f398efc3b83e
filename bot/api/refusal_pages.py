"""What a browser is shown where a page is refused: words and a way on, in place of JSON."""

import json
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bot.api.pages import Pages
from bot.api.problems import MEDIA_TYPE, Problem
from bot.store_errors import StoreError

_REFUSALS = (HTTPException, Problem, RequestValidationError, StoreError)


def install_refusal_pages(app: FastAPI, pages: Pages) -> None:
    """Makes ``app`` show a page to browsers where it refuses one; the API keeps its own answers.

    Call it after the handlers of the API are installed.
    """
    for kind in _REFUSALS:
        app.add_exception_handler(kind, _shown(app.exception_handlers[kind], pages))


def _shown(
    handled: Callable[[Request, Exception], Response | Awaitable[Response]], pages: Pages
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def show(request: Request, error: Exception) -> Response:
        answer = handled(request, error)
        response = await answer if isawaitable(answer) else answer
        html = "text/html" in request.headers.get("Accept", "")
        if not html or request.url.path.startswith("/v1/"):
            return response
        if response.status_code == 404:
            return pages.missing()
        if response.headers.get("Content-Type") != MEDIA_TYPE:
            return response
        title, words = _said(response)
        page = pages.refused(title, words)
        page.status_code = response.status_code
        for name in ("Retry-After", "Allow"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        return page

    return show


def _said(response: Response) -> tuple[str, str]:
    """Title and words for a person; the API's own where they are said to one."""
    seconds = response.headers.get("Retry-After", "")
    match response.status_code:
        case 429:
            return "Just a moment", f"That was a lot at once. Wait {seconds} seconds and try again."
        case 503:
            return "We can't show this right now", "Nothing is lost. Try again in a few seconds."
        case 422 | 400 | 413:
            return "We can't use that", "The address or the form holds more than fits. Shorten it."
        case 405:
            return "This page can only be read", "Go back and open it again."
        case _:
            problem = json.loads(bytes(response.body))
            return str(problem["title"]), str(problem["detail"])
