import ast
import inspect
from collections.abc import Iterator

from bot import rules
from bot.ruling import ONLY_DATA, WAITING
from bot.web.rule_words import rule_words


def named_rules() -> Iterator[str]:
    """Texts that rulings are made with, and the module's own names of rules."""
    for node in ast.walk(ast.parse(inspect.getsource(rules))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in {"HandOver", "ReplyWith", "AnswerFrom", "AskBetween"}:
            said = [each.value for each in node.args if isinstance(each, ast.Constant)]
            yield from (text for text in said if isinstance(text, str))
    yield from (WAITING, ONLY_DATA)


def test_every_rule_has_words_of_its_own() -> None:
    names = set(named_rules())
    assert len(names) > 20
    spaced = {name for name in names if rule_words(name) == name.replace("_", " ").capitalize()}
    assert spaced <= {"small_talk", "thanks", "furious"}


def test_an_unknown_rule_is_spaced_out_and_none_is_a_dash() -> None:
    assert rule_words("something_new") == "Something new"
    assert rule_words("") == "–"
