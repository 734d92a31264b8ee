"""Which articles a question is put to: by date, publisher or name, told while in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant import ArticleNotFound, Assistant
from vectorstore import Article
from web.page import render
from web.page.parts import HIDDEN, Captions, Update
from web.words import CHINESE, Words, words_in

if TYPE_CHECKING:
    import gradio as gr

_MOST_OFFERED = 500
"""Articles in the list; any other is chosen by its own link."""


class Scope:
    """The filters of the chat: folded away until wanted, and what is in force."""

    def __init__(self, assistant: Assistant, captions: Captions) -> None:
        import gradio as gr

        self._assistant, self._captions = assistant, captions
        self.chosen = gr.State({})
        with gr.Row(visible=False, elem_id="xs-scope") as self._row:
            self._line = gr.Markdown(elem_id="xs-scope-line")
            clear = captions.made(
                gr.Button, {"value": "scope.clear"}, size="sm", elem_id="xs-scope-clear"
            )
        with gr.Column(elem_id="xs-filters"), gr.Row():
            self._boxes: list[Any] = [*self._days(), *self._names()]
        inputs = [*self._boxes, captions.language]
        told = [self.chosen, self._row, self._line]
        self.outputs = [*self._boxes, *told]
        # One event for all of them, so that no answer overtakes another. Two boxes that are
        # changed at once by the server may each be read with the other's former value: it changes
        # no more than it must, and tells by itself what is in force then.
        gr.on(
            [box.change for box in self._boxes],
            self.read,
            inputs,
            told,
            trigger_mode="always_last",
            **HIDDEN,
        )
        clear.click(self.clear, [self.chosen], self.outputs, **HIDDEN)

    def _days(self) -> list[gr.Textbox]:
        import gradio as gr

        # The page's script makes date fields of them.
        return [
            self._captions.made(
                gr.Textbox,
                {"label": f"scope.{name}"},
                max_lines=1,
                max_length=10,
                elem_id=f"xs-{name}",
            )
            for name in ("from", "to")
        ]

    def _names(self) -> list[gr.Dropdown]:
        import gradio as gr

        return [
            self._captions.made(
                gr.Dropdown,
                {"label": f"scope.{name}"},
                choices=[],
                value=[],
                multiselect=True,
                elem_id=f"xs-scope-{name}",
            )
            for name in ("publisher", "articles")
        ]

    def lists(self) -> list[gr.Dropdown]:
        """The lists that `offer` fills."""
        lists: list[gr.Dropdown] = self._boxes[2:]
        return lists

    def offer(self, filters: Mapping[str, Any]) -> Update:
        """Fill the lists with what is stored now, and what is in force."""
        import gradio as gr

        listing = self._assistant.listing(place=(0, _MOST_OFFERED))
        titles = {one.id: one.title or one.id for one in listing.articles}
        if others := [each for each in filters.get("article_ids", []) if each not in titles]:
            chosen = self._assistant.listing("", {"article_ids": others}, place=(0, len(others)))
            titles |= {one.id: one.title or one.id for one in chosen.articles}
        first, second = self.lists()
        publishers = sorted(filter(None, listing.publishers))
        choices = [(title, article_id) for article_id, title in titles.items()]
        return {first: gr.update(choices=publishers), second: gr.update(choices=choices)}

    def only(self, article: Article, before: Mapping[str, Any], say: Words) -> Update:
        """Choose one article and nothing else; `before` was in force until now."""
        import gradio as gr

        chosen = gr.update(choices=[(article.title or article.id, article.id)], value=[article.id])
        *_, articles = self._boxes
        empty = self._emptied(before)
        return empty | {articles: chosen} | self._hold({"article_ids": [article.id]}, say)

    def clear(self, before: Mapping[str, Any]) -> Update:
        """Choose all articles; `before` was in force until now."""
        return self._emptied(before) | self._hold({})

    def _emptied(self, before: Mapping[str, Any]) -> Update:
        first, last, publishers, articles = self._boxes
        lists = {publishers: "publisher", articles: "article_ids"}
        return {first: "", last: ""} | {box: [] for box, name in lists.items() if before.get(name)}

    def _hold(self, given: Mapping[str, Any], say: Words = CHINESE, note: str = "") -> Update:
        """Put conditions in force, and tell them in a line that ends with a note."""
        import gradio as gr

        told = f"{self.told(given, say)} {note}".strip()
        return {
            self.chosen: given,
            self._row: gr.update(visible=bool(told)),
            self._line: render.paragraph("note", told),
        }

    def read(
        self, first: str, last: str, publishers: list[str], ids: list[str], language: str
    ) -> Update:
        """Put the conditions in force that were chosen, and tell them."""
        chosen = {"date_from": first, "date_to": last, "publisher": publishers, "article_ids": ids}
        dates = {name: chosen[name] for name in ("date_from", "date_to") if chosen[name]}
        unread = [name for name, day in dates.items() if not _is_date(str(day))]
        given = {name: value for name, value in chosen.items() if value and name not in unread}
        say, note = words_in(language), ""
        if unread:
            note = say("scope.unread")
        elif len(dates) > 1 and first > last:
            note = say("scope.reversed")
        return self._hold(given, say, note)

    def told(self, filters: Mapping[str, Any], say: Words) -> str:
        """The conditions in a line of words; empty where there are none."""
        first, last = filters.get("date_from"), filters.get("date_to")
        parts = [say("scope.since", day=first)] if first and not last else []
        parts += [say("scope.until", day=last)] if last and not first else []
        parts += [f"{first} – {last}"] if first and last else []
        parts += ["、".join(filters.get("publisher", []))]
        parts += [self._titles(filters.get("article_ids", []), say)]
        what = " · ".join(filter(None, parts))
        return say("scope.only", what=what) if what else ""

    def _titles(self, ids: list[str], say: Words) -> str:
        if not ids:
            return ""
        try:
            title = f"《{self._assistant.article(ids[0]).title or ids[0]}》"
        except ArticleNotFound:
            title = f"《{ids[0]}》"
        return title if len(ids) == 1 else say("scope.some", title=title, count=len(ids))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
