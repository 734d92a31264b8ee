"""Examples of one sentence each: what answers beside what only seems to."""

from encoder_rows import FIRMS, JOBS, OTHER, SEEDS, hit, quoted, row, spans_of

from training.encoder.alone import of_sentences
from training.encoder.examples import Unit
from vectorstore import sentences


def drawn(*rows: dict[str, object]) -> list[Unit]:
    return [unit for seed in SEEDS for unit in of_sentences(rows, seed)]


def test_the_sentence_that_answers_stands_beside_others() -> None:
    for right, *wrong in drawn(row()):
        assert (right.text, right.answers, spans_of(right)) == (FIRMS, True, "73家")
        assert right.evidence == right.sentences == ((0, len(FIRMS)),)
        assert wrong
        assert not any(each.answers or each.evidence or each.span for each in wrong)
        assert not any("73家" in each.text for each in wrong)


def test_what_shares_the_most_words_with_the_question_is_shown_most() -> None:
    near, far = "落户园区的企业都很好。", "夜里下了一场雨。"
    others = "村民送来了新米。有人唱起了山歌。水稻今年丰收了。"
    shown = [
        each.text
        for unit in drawn(row(hits=[hit(FIRMS + others + far + near)]))
        for each in unit
        if not each.answers
    ]
    assert shown.count(near) > 2 * shown.count(far) > 0


def test_a_reprint_of_what_answers_is_no_counterexample() -> None:
    for unit in drawn(row(hits=[hit(), hit(f"转载：{FIRMS}", "c"), hit(OTHER, "b")])):
        assert all(each.answers for each in unit if FIRMS in each.text)


def test_an_unanswerable_question_meets_the_sentence_that_seems_to_answer() -> None:
    changes = {"type": "unanswerable", "answers": [], "evidence": [], "near": quoted(FIRMS)}
    rows = [row(asked="有几家工厂？"), row(asked="企业交了多少税？", **changes)]
    units = [unit for unit in drawn(*rows) if unit[0].asked == "企业交了多少税？"]
    assert len(units) == len(SEEDS)
    for unit in units:
        seems = [(each.asked, each.answers) for each in unit if each.text == FIRMS]
        assert ("企业交了多少税？", False) in seems
        assert ("有几家工厂？", True) in seems


def test_a_question_for_yes_or_no_is_answered_by_its_evidence_alone() -> None:
    given = row(type="yes_no", answers=["否"], evidence=quoted(JOBS), hits=[hit()])
    for unit in drawn(given):
        assert [each.yes for each in unit if each.answers] == [False]
        assert all(each.yes is None for each in unit if not each.answers)


def test_another_year_is_put_in_the_question() -> None:
    line = "2019年园区有73家企业。"
    given = row(asked="2019年园区有几家企业？", evidence=quoted(line), hits=[hit(line)])
    asked = {each.asked for unit in drawn(given) for each in unit if not each.answers}
    assert asked
    assert not any("2019年" in each for each in asked)


def test_each_is_one_sentence() -> None:
    assert drawn(row(hits=[])) == []
    assert {len(sentences(each.text)) for unit in drawn(row()) for each in unit} == {1}
