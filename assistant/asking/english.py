"""An English question → the Chinese words of this subject in it, for articles that are Chinese."""

import re
from functools import lru_cache
from importlib import resources

from vectorstore import has_chinese

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:[.,]\d+)*")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def in_chinese(question: str) -> str:
    """Put the words of an English question that are known into Chinese, in their order.

    A word list, no translation: place names in pinyin, what asks, and the vocabulary of
    cooperation programmes. Numbers stay; other words are left out.

    Args:
        question: in any language.

    Returns:
        The Chinese words with white space between, empty for a question that holds Chinese
        characters, or no known word.
    """
    if has_chinese(question):
        return ""
    known, longest = _word_list()
    words = _WORD.findall(re.sub(r"(?<=[a-z])['’](?=an\b)", "", question.lower()))
    found: list[str] = []
    at = 0
    while at < len(words):
        phrases = (" ".join(words[at : at + length]) for length in range(longest, 0, -1))
        forms = (form for phrase in phrases for form in (phrase, phrase.removesuffix("s")))
        phrase = next((form for form in forms if form in known), words[at])
        if phrase in known or phrase[0].isdigit():
            found.append(known.get(phrase, phrase))
        at += phrase.count(" ") + 1
    chinese = " ".join(found)
    return chinese if has_chinese(chinese) else ""


@lru_cache(maxsize=1)
def _word_list() -> tuple[dict[str, str], int]:
    text = resources.files("assistant.asking").joinpath("english.txt").read_text("utf-8")
    entries = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    known = {english: chinese for english, _, chinese in entries}
    known |= {month: f"{number}月" for number, month in enumerate(_MONTHS, 1)}
    return known, max(phrase.count(" ") + 1 for phrase in known)
