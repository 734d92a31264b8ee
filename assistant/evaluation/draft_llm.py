"""Questions proposed by the configured LLM, kept only where the article bears them out."""

import json
from typing import Any

import prompts
from assistant.evaluation.marking import contains
from assistant.evaluation.qa_set import OFF_TOPIC, UNANSWERABLE, Question, question_from
from assistant.writing import llm
from assistant.writing.context import neutralise
from vectorstore import Article, fold

PROMPT = "questions/v1"
_LONGEST = 6000
"""Characters of an article that the model is given: about as many tokens."""


def ask_for(model: Any, article: Article, name: str, n: int, timeout: float) -> list[Question]:
    """Let an LLM propose questions about an article.

    What is no question with evidence from the article, and with what it demands in the evidence, is
    dropped in silence: the model may invent as it likes.

    Args:
        model: any LlamaIndex LLM.
        article: as stored.
        name: by which the questions call the article.
        n: how many are asked for.
        timeout: seconds for the call.

    Raises:
        LLMError: if the endpoint fails.
    """
    prompt = prompts.load(PROMPT)
    text = neutralise(article.text[:_LONGEST])
    chat = prompt.messages(n=str(n), title=neutralise(article.title), article=text)
    reply = llm.complete_chat(model, chat, timeout=timeout)
    found = []
    for line in reply.splitlines():
        question = _read(line, name)
        if question and _stands(question, article):
            found.append(question)
    return found[:n]


def _read(line: str, name: str) -> Question | None:
    try:
        value = json.loads(line.strip().strip(","))
        return question_from(value | {"id": "", "source": name, "history": None})
    except (ValueError, TypeError, RecursionError):
        return None


def _stands(question: Question, article: Article) -> bool:
    if not question.evidence or not question.answers or question.type in (UNANSWERABLE, OFF_TOPIC):
        return False
    text = _bare(article.text)
    evidence = "|".join(question.evidence)
    has_evidence = all(_bare(quote) in text for quote in question.evidence)
    return has_evidence and all(contains(evidence, value) for value in question.must_include)


def _bare(text: str) -> str:
    return "".join(fold(text).split())
