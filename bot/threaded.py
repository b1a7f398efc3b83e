"""The one way from the async spine to a synchronous leaf."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def threaded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a synchronous function in a thread, beside the event loop."""
    return await asyncio.to_thread(function, *args, **kwargs)
