"""Examples for the encoder: what of a passage answers, and what only seems to."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from invented import article
from tiny_encoder import TEXT, TITLE

from training.encoder import examples as module
from training.encoder.examples import (
    LABELS,
    Bounds,
    Example,
    Unit,
    asked_of_claims,
    evidence_in,
    example_of,
    found_in,
    made_claims,
    of_claims,
    of_domain,
    of_questions,
)
from vectorstore import sentences, traditional

SIGNED, PAYS, FIRMS, JOBS, NEXT = (TEXT[a:b] for a, b in sentences(TEXT))
OTHER = "南屏的水稻今年丰收。村民把新米送到市集。有人唱起了山歌。夜里下了一场雨。"
SEEDS = range(40)
Row = dict[str, Any]


def hit(text: str = TEXT, name: str = "a", published: str = "2019-03-08") -> Row:
    return {"article": name, "text": text, "title": TITLE, "published": published}


def quoted(*quotes: str, name: str = "a") -> list[Row]:
    return [{"article": name, "quote": quote} for quote in quotes]


def row(**changed: Any) -> Row:
    asked = "落户园区的企业有几家？"
    usual = {
        "type": "fact_number",
        "question": asked,
        "asked": asked,
        "standalone": "",
        "answers": ["73家", "73家企业"],
        "evidence": quoted(FIRMS),
        "near": [],
        "hits": [hit(), hit(OTHER, "b")],
    }
    return {**usual, **changed}


def said(example: Example, bounds: Sequence[Bounds]) -> list[str]:
    return [example.text[a:b] for a, b in bounds]


def spans_of(example: Example) -> str:
    assert example.span is not None
    return example.text[slice(*example.span)]


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        pytest.param("73家", "已有73家企业", "73家", id="as-it-is"),
        pytest.param("73家企业", "已有73\n 家企　业。", "73\n 家企　业", id="blanks-in-the-text"),
        pytest.param(" 73 家\n", "已有73家企业", "73家", id="blanks-in-the-part"),
        pytest.param("3家", "73家和3家", "3家", id="the-first"),
        pytest.param("74家", "已有73家企业", None, id="absent"),
        pytest.param(" \n", "已有 73家", None, id="only-blanks"),
        pytest.param("73家", "", None, id="no-text"),
    ],
)
def test_a_part_is_found_whatever_the_white_space(
    part: str, text: str, expected: str | None
) -> None:
    bounds = found_in(part, text)
    assert (text[slice(*bounds)] if bounds else None) == expected


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        pytest.param([FIRMS], [FIRMS], id="a-sentence"),
        pytest.param([f"{FIRMS}\n{JOBS}"], [FIRMS, JOBS], id="two-sentences"),
        pytest.param([FIRMS, SIGNED], [SIGNED, FIRMS], id="two-quotations"),
        pytest.param(["已有 73家企业\n落户"], [FIRMS], id="part-of-a-sentence"),
        pytest.param([f"{PAYS[:-2]}……"], [PAYS], id="cut-off-at-the-end"),
        pytest.param([f"据说,{PAYS[2:]}"], [PAYS], id="cut-off-at-the-start"),
        pytest.param([traditional(JOBS)], [JOBS], id="another-script"),
        pytest.param(["南屏的水稻今年丰收。"], [], id="of-another-text"),
        pytest.param([], [], id="none"),
    ],
)
def test_the_sentences_of_a_quotation(quotes: list[str], expected: list[str]) -> None:
    assert [TEXT[a:b] for a, b in evidence_in(quotes, TEXT)] == expected


def test_scraps_of_a_text_are_no_evidence() -> None:
    text = f"摘要\n{FIRMS}"
    assert [text[a:b] for a, b in evidence_in([f"摘要{FIRMS}"], text)] == [FIRMS]


def test_an_example_shows_where_the_answer_stands() -> None:
    example = example_of(row(), hit(), "几家？")
    assert (example.asked, example.head) == ("几家？", f"{TITLE}\n2019年3月8日\n")
    assert example.answers
    assert said(example, example.evidence) == [FIRMS]
    assert example.sentences == tuple(sentences(TEXT))
    assert spans_of(example) == "73家"
    assert (example.yes, example.label) == (None, None)


def test_an_answer_is_looked_for_in_the_evidence_alone() -> None:
    example = example_of(row(evidence=quoted(JOBS)), hit(), "几家？")
    assert example.answers
    assert example.span is None


@pytest.mark.parametrize(
    ("kind", "expected"), [("list", "480名农户就业,收入增加"), ("fact_entity", "收入增加")]
)
def test_answers_of_several_parts_are_one_span(kind: str, expected: str) -> None:
    asked = row(type=kind, answers=["收入增加", "480名农户就业"], evidence=quoted(JOBS))
    assert spans_of(example_of(asked, hit(), "带来什么？")) == expected


def test_parts_that_stand_too_far_apart_are_no_span() -> None:
    text = f"县里修了水渠。{'路旁种了许多树,' * 20}后来又修了桥。"
    asked = row(type="list", answers=["修了水渠", "修了桥"], evidence=quoted(text))
    assert spans_of(example_of(asked, hit(text), "修了什么？")) == "修了水渠"


@pytest.mark.parametrize(("answer", "yes"), [("是", True), ("否", False)])
def test_an_answer_of_yes_or_no_has_no_span(answer: str, yes: bool) -> None:
    asked = row(type="yes_no", answers=[answer], evidence=quoted(JOBS))
    example = example_of(asked, hit(), "收入增加了吗？")
    assert (example.answers, example.yes, example.span) == (True, yes, None)
    other = example_of(asked, hit(OTHER, "b"), "收入增加了吗？")
    assert (other.answers, other.yes, other.span) == (False, None, None)


def test_another_article_is_no_evidence() -> None:
    example = example_of(row(), hit(name="b", published=""), "几家？")
    assert (example.answers, example.evidence, example.span) == (False, (), None)
    assert example.head == f"{TITLE}\n"


@pytest.mark.parametrize(
    ("changed", "text", "expected"),
    [
        pytest.param({}, f"转载：{FIRMS}", True, id="reprint"),
        pytest.param({}, "县里说,73\n家企业来了。", True, id="the-same-answer"),
        pytest.param({}, OTHER, False, id="another-subject"),
        pytest.param({"answers": ["雨"]}, OTHER, False, id="one-character-says-little"),
        pytest.param({"type": "yes_no", "answers": ["水稻"]}, OTHER, False, id="yes-or-no"),
        pytest.param({"evidence": [], "answers": []}, TEXT, False, id="nothing-known"),
    ],
)
def test_a_reprint_may_answer_too(changed: Row, text: str, expected: bool) -> None:
    assert module._may_answer(row(**changed), hit(text, "b")) is expected


def flat(units: Iterable[Unit]) -> list[Example]:
    return [example for unit in units for example in unit]


def drawn(*rows: Row, seeds: Sequence[int] = SEEDS) -> list[Example]:
    return flat(unit for seed in seeds for unit in of_domain(rows, seed))


def test_a_question_is_shown_with_what_answers_and_with_what_does_not() -> None:
    hits = [hit(), hit(f"转载：{FIRMS}", "c"), hit(OTHER, "b")]
    found = drawn(row(hits=hits, standalone="云川石桥园区有几家企业？"))
    right = [example for example in found if example.answers]
    wrong = [example for example in found if not example.answers]
    assert min(len(right), len(wrong)) >= len(SEEDS)
    assert {said(example, example.evidence)[0] for example in right} == {FIRMS}
    assert {spans_of(example) for example in right} == {"73家"}
    assert not any(FIRMS in example.text for example in wrong)
    assert {example.asked for example in found} == {
        "落户园区的企业有几家？",
        "云川石桥园区有几家企业？",
    }


def test_a_passage_is_shown_without_its_evidence_too() -> None:
    left = "".join((SIGNED, PAYS, JOBS, NEXT))
    found = [example for example in drawn(row(hits=[hit()])) if not example.answers]
    assert {example.text for example in found} == {left}
    assert {example.sentences for example in found} == {tuple(sentences(left))}


def test_an_unanswerable_question_gives_nothing_that_answers() -> None:
    changes = {"type": "unanswerable", "answers": [], "evidence": [], "near": quoted(FIRMS)}
    found = drawn(row(**changes))
    assert len(found) >= len(SEEDS)
    assert not any(example.answers for example in found)
    assert {(example.evidence, example.span, example.yes) for example in found} == {
        ((), None, None)
    }
    near = [example for example in found if example.text in TEXT]
    assert len(near) == len(SEEDS)
    assert all(FIRMS in example.text for example in near)
    assert len({example.text for example in near}) > 3


def test_a_question_of_another_year_is_left_open() -> None:
    asked = "2019年云川与谁签下协议？"
    signed = row(asked=asked, question=asked, answers=["石桥市"], evidence=quoted(SIGNED))
    found = [example for example in drawn(signed) if example.asked != asked]
    assert len(found) >= 3
    for example in found:
        year = example.asked[:4]
        assert example.asked == asked.replace("2019", year)
        assert year not in f"{example.text}{example.head}"
        assert (example.answers, example.evidence, example.span) == (False, (), None)
        assert example.text in TEXT


def test_a_question_of_another_place_is_left_open() -> None:
    text = "广州的师傅到村里教做豆腐。学会的有12人。豆腐卖到了深圳。"
    asked = "广州的师傅教了几人？"
    taught = row(
        asked=asked,
        question=asked,
        answers=["12人"],
        evidence=quoted("学会的有12人。"),
        hits=[hit(text)],
    )
    others = [row(question=f"{place}来了谁？", hits=[]) for place in ("福州", "深圳")]
    found = [
        each for each in drawn(taught, *others) if "师傅" in each.asked and each.asked != asked
    ]
    assert len(found) >= 3
    assert {(each.asked, each.answers, each.span) for each in found} == {
        ("福州的师傅教了几人？", False, None)
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("evidence", "answers"), [([FIRMS], ["73家"]), ([SIGNED, JOBS], ["480名"]), ([NEXT], ["青岭"])]
)
def test_a_shorter_passage_says_the_same(
    seed: int, evidence: list[str], answers: list[str]
) -> None:
    whole = example_of(row(evidence=quoted(*evidence), answers=answers), hit(), "问？")
    short = module._cropped(whole, random.Random(seed))
    assert said(short, short.evidence) == said(whole, whole.evidence) == evidence
    assert spans_of(short) == answers[0]
    assert short.text in TEXT
    assert short.sentences == tuple(sentences(short.text))
    assert set(short.evidence) <= set(short.sentences)
    assert (short.asked, short.head, short.answers) == (whole.asked, whole.head, True)


def test_passages_are_cut_in_many_ways() -> None:
    whole = example_of(row(), hit(), "问？")
    texts = [module._cropped(whole, random.Random(seed)).text for seed in SEEDS]
    assert len(set(texts)) > 4
    assert TEXT in texts


def test_a_passage_of_two_sentences_is_left_whole() -> None:
    two = example_of(row(), hit(FIRMS + JOBS), "问？")
    assert {module._cropped(two, random.Random(seed)) for seed in SEEDS} == {two}


LONG = article(1, sentences=30)


def question(answers: list[tuple[str, int]]) -> Row:
    return {"title": TITLE, "question": "什么？", "context": LONG, "answers": answers}


@pytest.mark.parametrize("place", [3, 12, 29])
def test_windows_with_and_without_the_answer(place: int) -> None:
    start, end = sentences(LONG)[place]
    a, b = start + 2, end - 1
    answer = LONG[a:b]
    assert LONG.count(answer) == 1
    rows = [question([(answer, a)])]
    seeds = range(16)
    found = flat(unit for seed in seeds for unit in of_questions(rows, seed, misses=0.9))
    right = [example for example in found if example.answers]
    wrong = [example for example in found if not example.answers]
    assert len(right) == len(seeds)
    assert {spans_of(example) for example in right} == {answer}
    assert {tuple(said(example, example.evidence)) for example in right} == {(LONG[start:end],)}
    assert len(wrong) > len(seeds) / 2
    assert not any(answer in example.text for example in wrong)
    assert {(example.span, example.evidence) for example in wrong} == {(None, ())}
    assert {example.head for example in found} == {f"{TITLE}\n"}


@pytest.mark.parametrize("answers", [[], [("不知", -1)]])
def test_a_question_without_an_answer_is_shown_with_one_window(
    answers: list[tuple[str, int]],
) -> None:
    (example,) = flat(of_questions([question(answers)], 0))
    assert (example.answers, example.span, example.evidence) == (False, None, ())
    assert example.text in LONG


def test_without_misses_only_what_answers_is_shown() -> None:
    rows = [question([(LONG[100:110], 100)])] * 10
    assert all(example.answers for example in flat(of_questions(rows, 0, misses=0.0)))


def claim(**changed: Any) -> Row:
    usual = {
        "question": "",
        "claim": "有73家企业。",
        "label": "supported",
        "sources": quoted(FIRMS),
    }
    return {**usual, **changed}


ARTICLES = {
    "a": {"title": TITLE, "published": "2019-03-08T10:00:00"},
    "b": {"title": TITLE, "published": "不详"},
}


@pytest.mark.parametrize("label", LABELS)
def test_a_claim_stands_beside_the_words_that_are_cited(label: str) -> None:
    sources = quoted(FIRMS, JOBS, FIRMS)
    (example,) = flat(of_claims([claim(label=label, sources=sources)], ARTICLES))
    assert example == Example(
        "有73家企业。",
        f"{TITLE}\n2019年3月8日\n",
        f"{FIRMS}\n{JOBS}",
        None,
        label=LABELS.index(label),
    )


@pytest.mark.parametrize(
    ("changed", "asked", "head"),
    [
        ({"question": "几家？"}, "几家？ 有73家企业。", f"{TITLE}\n2019年3月8日\n"),
        ({"sources": quoted(FIRMS, name="b")}, "有73家企业。", f"{TITLE}\n"),
        ({"sources": quoted(FIRMS, name="c")}, "有73家企业。", "\n"),
        ({"sources": []}, "有73家企业。", "\n"),
    ],
    ids=["with-its-question", "no-date", "unknown-article", "nothing-cited"],
)
def test_what_a_claim_is_read_with(changed: Row, asked: str, head: str) -> None:
    (example,) = flat(of_claims([claim(**changed)], ARTICLES))
    assert (example.asked, example.head) == (asked, head)


WHOLE = {"a": {"title": TITLE, "published": "2019-03-08", "text": TEXT}}


def asked_of(seed: int = 0, **changed: Any) -> list[Example]:
    return flat(asked_of_claims([claim(style="plain", **changed)], WHOLE, seed))


@pytest.mark.parametrize(("label", "yes"), [("supported", True), ("contradicted", False)])
def test_a_claim_can_be_asked_as_yes_or_no(label: str, yes: bool) -> None:
    for seed in SEEDS:
        (example,) = asked_of(seed, label=label)
        assert "有73家企业" in example.asked
        assert "。" not in example.asked
        assert (example.answers, example.yes, example.label) == (True, yes, None)
        assert said(example, example.evidence) == [FIRMS]
        assert example.text in TEXT
        assert example.head == f"{TITLE}\n2019年3月8日\n"


def test_a_claim_of_which_nothing_is_said_is_left_open() -> None:
    (example,) = asked_of(label="not_found")
    assert (example.answers, example.yes, example.evidence) == (False, None, ())


def test_a_claim_in_english_is_asked_in_english() -> None:
    english = claim(style="english", claim="There are 73 firms.")
    (example,) = flat(asked_of_claims([english], WHOLE, 0))
    assert "There are 73 firms" in example.asked
    assert example.asked.endswith("?")


def test_without_a_passage_that_has_them_all_the_quotations_are_read() -> None:
    quotes = ("县里说有73家企业。", "水渠修好了。")
    assert {example.text for example in asked_of(sources=quoted(*quotes))} == {"\n".join(quotes)}
    unknown = quoted(*quotes, name="c")
    assert {example.text for example in asked_of(sources=unknown)} == {"\n".join(quotes)}


@pytest.mark.parametrize("changed", [{"question": "几家？"}, {"sources": []}])
def test_a_claim_that_does_not_stand_alone_is_not_asked(changed: Row) -> None:
    assert asked_of(**changed) == []


def test_claims_over_the_same_words_are_one_unit() -> None:
    rows = [
        claim(style="plain"),
        claim(style="plain", claim="有74家企业。", label="contradicted"),
        claim(style="plain", claim="收入增加了。", sources=quoted(JOBS)),
    ]
    for seed in SEEDS:
        twins, single = asked_of_claims(rows, WHOLE, seed)
        assert [each.yes for each in twins] == [True, False]
        assert [each.yes for each in single] == [True]
        assert len({(each.text, each.sentences) for each in twins}) == 1


def test_what_is_asked_for_in_vain_stands_beside_what_the_same_words_answer() -> None:
    changes = {"type": "unanswerable", "answers": [], "evidence": [], "near": quoted(FIRMS)}
    rows = [row(asked="有几家工厂？"), row(asked="企业交了多少税？", **changes)]
    for seed in SEEDS:
        (twins,) = (unit for unit in of_domain(rows, seed) if len(unit) == 2)
        asked = [(each.asked, each.answers) for each in twins]
        assert asked == [("有几家工厂？", True), ("企业交了多少税？", False)]
        assert len({(each.text, each.sentences) for each in twins}) == 1
        assert spans_of(twins[0]) == "73家"


def test_a_question_is_shown_with_what_another_one_found() -> None:
    far = article(3, sentences=4)
    other = row(asked="稻子收了吗？", evidence=[], answers=[], hits=[hit(far, "far")])
    found = [each for each in drawn(row(), other) if each.asked == row()["asked"]]
    met = [each for each in found if each.text in far]
    assert 0 < len(met) < len(SEEDS) / 2
    assert not any(each.answers for each in met)


def test_what_another_question_found_is_no_counterexample_where_it_says_the_same() -> None:
    other = row(asked="稻子收了吗？", evidence=[], answers=[], hits=[hit(f"转载：{FIRMS}", "far")])
    found = [each for each in drawn(row(), other) if each.asked == row()["asked"]]
    assert not any("转载" in each.text for each in found)


CLAUSES = "2019年石桥市投资3.6亿元。去年全市税收增长了很多。天气晴朗宜人风也不大。"


def test_clauses_are_asked_back_with_one_thing_exchanged() -> None:
    given = row(hits=[hit(CLAUSES)])
    units = [unit for seed in SEEDS for unit in made_claims([given], seed)]
    assert len(units) == len(SEEDS)
    for unit in units:
        kept, changed = unit
        assert (kept.answers, kept.yes) == (True, True)
        assert (changed.answers, changed.yes) == (True, False)
        assert kept.asked != changed.asked
        assert (kept.text, kept.evidence) == (changed.text, changed.evidence)
        assert "天气" not in kept.asked
    asked = "".join(changed.asked for _, changed in units)
    assert "税收下降" in asked
    assert "3.6亿元" in asked  # where the year was exchanged


def test_a_passage_without_anything_to_exchange_gives_no_claim() -> None:
    assert list(made_claims([row(hits=[hit(OTHER)]), row(hits=[])], 0)) == []
