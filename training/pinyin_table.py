"""Write ``vectorstore/searching/pinyin.txt``: each syllable with the characters that are read so.

``python -m training.pinyin_table --texts FILE [FILE …]`` takes the readings from pypinyin, which
must be installed for it alone (``pip install pypinyin``), and orders the characters by how often
they stand in the texts (.jsonl or .jsonl.xz, every string value of a line counts).
"""

import argparse
import json
import lzma
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from vectorstore.chinese import simplify

_OUT = Path("vectorstore/searching/pinyin.txt")
_MOST_CHARACTERS = 8000
# A further reading counts where pypinyin's list of phrases has it as often as this; the others are
# literary, as yan for 广.
_LEAST_PHRASES = 5
_HEADER = """\
# Syllables without tone and the simplified characters read so, most frequent first; made by
# training/pinyin_table.py. Readings: pypinyin {version} (MIT licence, copyright mozillazg and
# contributors). The order counts the characters of {texts}.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help=".jsonl or .jsonl.xz")
    parser.add_argument("--out", type=Path, default=_OUT, help="file to write")
    options = parser.parse_args(arguments)
    pypinyin = import_module("pypinyin")
    constants = import_module("pypinyin.constants")
    spoken = _spoken(constants.PHRASES_DICT)
    syllables = _by_syllable(_frequent(options.texts), constants.PINYIN_DICT, spoken)
    names = ", ".join(path.name for path in options.texts)
    lines = [f"{syllable} {''.join(syllables[syllable])}\n" for syllable in sorted(syllables)]
    header = _HEADER.format(version=pypinyin.__version__, texts=names)
    options.out.write_text(header + "".join(lines), "utf-8")


def _frequent(paths: Sequence[Path]) -> list[str]:
    counts: Counter[str] = Counter()
    for path in paths:
        for text in _texts(path):
            counts.update(text)
    chinese = [one for one, _ in counts.most_common() if "一" <= one <= "鿿"]
    # Characters that no text has but the standard of 1980 lists are places and persons.
    listed = [one for one in map(chr, range(0x4E00, 0xA000)) if _is_listed(one)]
    ordered = dict.fromkeys(one for one in [*chinese, *listed] if simplify(one) == one)
    return list(ordered)[:_MOST_CHARACTERS]


def _texts(path: Path) -> Iterator[str]:
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (value for value in json.loads(line).values() if isinstance(value, str))


def _is_listed(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _spoken(phrases: Mapping[str, list[list[str]]]) -> Counter[tuple[str, str]]:
    """In how many phrases each character has each syllable."""
    counts: Counter[tuple[str, str]] = Counter()
    for phrase, readings in phrases.items():
        counts.update(
            (one, _toneless(reading[0]))
            for one, reading in zip(phrase, readings, strict=False)
            if reading
        )
    return counts


def _by_syllable(
    characters: Sequence[str],
    readings: Mapping[int, str],
    spoken: Counter[tuple[str, str]],
) -> dict[str, list[str]]:
    syllables: defaultdict[str, list[str]] = defaultdict(list)
    for character in characters:
        first, *others = map(_toneless, readings.get(ord(character), "").split(","))
        further = (one for one in others if spoken[character, one] >= _LEAST_PHRASES)
        for syllable in dict.fromkeys([first, *further]):
            if syllable:
                syllables[syllable].append(character)
    return syllables


def _toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ǚ", "v"))
    plain = plain.replace("v̈", "v")
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return kept if kept.isascii() else ""


if __name__ == "__main__":
    main()
