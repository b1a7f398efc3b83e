"""Where the server answers: how commands know it for the links they print."""

from bot.config import Settings

_ADDRESS = "address"


def address_of(host: str, port: int) -> str:
    """The address of a server, for a browser on the same machine."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def keep_address(settings: Settings, address: str) -> None:
    """Leave word in the data folder of where the server answers, for the links of `people_of`."""
    (settings.data / _ADDRESS).write_text(f"{address}\n", encoding="ascii")


def site_address(settings: Settings) -> str:
    """Where staff find the server: as set, else as the last one that started left word."""
    web = settings.web
    try:
        kept = (settings.data / _ADDRESS).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    return web.public_url.rstrip("/") or kept or address_of(web.host, web.port)
