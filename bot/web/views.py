"""The templates, with autoescape always on."""

from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.web.brand import Brand
from bot.web.catalogue import article_url, domain_title


def environment(brand: Brand) -> Environment:
    """The template environment of one installation."""
    templates = Environment(
        loader=PackageLoader("bot.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["brand"] = brand
    templates.filters["day"] = day
    templates.filters["domain_title"] = domain_title
    templates.filters["article_url"] = article_url
    return templates


def day(value: date) -> str:
    """A date as people write it: “3 November 2026”."""
    return f"{value.day} {value:%B %Y}"
