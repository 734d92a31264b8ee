"""The tab of the articles: adding, finding, reading and deleting them."""

from __future__ import annotations

from functools import partial
from typing import Any

from assistant import ArticleNotFound, Assistant
from vectorstore import FilterError, VectorStoreError
from web.intake import problem_of
from web.page import listing, render
from web.page.listing import View
from web.page.parts import HIDDEN, Captions
from web.words import CHINESE, Words, words_in

# Its words come from the page's script, which keeps the files on their way when they change.
_ADDER = """
<div class="xs-adder" data-megabytes="{megabytes}" data-types="{types}">
<label class="xs-pick" for="xs-files" data-say="pick"></label>
<input class="xs-sr" id="xs-files" type="file" multiple accept="{accept}"
 aria-describedby="xs-limit">
<span id="xs-limit" class="xs-note" data-say="limit"></span>
<label class="xs-sr" for="xs-urls" data-say="urls"></label>
<textarea id="xs-urls" rows="1" maxlength="20000" data-hint="urls.hint"></textarea>
<button type="button" id="xs-fetch" data-say="fetch"></button>
<p class="xs-sr" id="xs-told" role="status"></p>
<ul id="xs-jobs"></ul>
</div>
"""


class Shelf:
    """The list of articles, with the way in for new ones, beside the text of the selected one.

    Args:
        assistant: has the articles.
        captions: the words of the page, and the visitor's language.
    """

    def __init__(self, assistant: Assistant, captions: Captions) -> None:
        import gradio as gr

        self._assistant, self._captions = assistant, captions
        self._view = gr.State(View())
        self._target = gr.Textbox("", visible="hidden", elem_id="xs-shelf-target")
        self._added = gr.Textbox("", visible="hidden", elem_id="xs-shelf-added")
        with gr.Row(elem_id="xs-shelf"):
            with gr.Column(elem_id="xs-index"):
                # Of our own words alone, so that its controls may stay.
                gr.Markdown(_adder(assistant), sanitize_html=False, elem_id="xs-add")
                conditions = self._filters()
                self.list = gr.Markdown(elem_id="xs-list")
            self.reader = captions.shown(gr.Markdown, _empty, elem_id="xs-reader")
        self.conditions = [*conditions, self._view, captions.language]
        self.shown = [self.list, self._publisher]
        self._wire(conditions)

    def _filters(self) -> list[Any]:
        import gradio as gr

        line = self._captions.line
        with gr.Row(elem_id="xs-sift"):
            wanted = line("xs-wanted", "shelf.wanted", "shelf.wanted.hint")
            self._publisher = self._captions.shown(
                gr.Dropdown,
                lambda say: {"label": say("scope.publisher"), "choices": [(say("shelf.all"), "")]},
                value="",
                show_label=False,
                container=False,
                elem_id="xs-publisher",
            )
            since = line("xs-since", "scope.from", "scope.from", max_lines=1)
            until = line("xs-until", "scope.to", "scope.to", max_lines=1)
        return [wanted, self._publisher, since, until]

    def _wire(self, conditions: list[Any]) -> None:
        import gradio as gr

        filtered = [self._view, *self.shown]
        # Of what is changed while the last answer is on its way, only the end is looked for: one
        # event for all of them, and for what was added, so that no answer overtakes another.
        gr.on(
            [condition.change for condition in [*conditions, self._added]],
            self.filtered,
            self.conditions,
            filtered,
            trigger_mode="always_last",
            **HIDDEN,
        )
        given = [self._target, *self.conditions]
        self._target.change(self.act, given, [*filtered, self.reader], **HIDDEN)

    def show(self, words: str, publisher: str, since: str, until: str, *view: Any) -> list[Any]:
        """The table anew, and the publishers there are; `view` is how, and in which language."""
        import gradio as gr

        how, say = view[0], words_in(view[1])
        filters = {"publisher": publisher, "date_from": since, "date_to": until}
        ask = partial(self._assistant.listing, words, filters, how.order)
        try:
            found = ask(how.place)
        except FilterError:
            return [render.paragraph("note", say("scope.unread")), gr.skip()]
        except VectorStoreError as error:
            return [render.paragraph("note", problem_of(error, say)), gr.skip()]
        names = found.publishers | ({publisher: 0} if publisher else {})
        choices = [(say("shelf.all"), "")]
        choices += [
            (say("shelf.publisher", name=name, count=names[name]), name) for name in names if name
        ]
        return [listing.table(found, how, say), gr.update(choices=choices, value=publisher)]

    def filtered(self, *conditions: Any) -> list[Any]:
        """The first page of what meets other conditions, or of more articles."""
        *others, view, language = conditions
        first = View(view.order)
        return [first, *self.show(*others, first, language)]

    def act(self, target: str, *conditions: Any) -> list[Any]:
        """What a link of the list asks for: an order, a page, or a deletion."""
        import gradio as gr

        target = target.split(" ")[0]
        *others, view, language = conditions
        say = words_in(language)
        told = self._delete(target, say) if target.startswith("#delete-") else None
        after = view.after(target)
        shown = self.show(*others, after, language)
        return [after, *shown, gr.skip() if told is None else told]

    def _delete(self, target: str, say: Words) -> str:
        """Delete an article; returns what stands in its place."""
        try:
            self._assistant.remove(listing.article_of(target))
        except ArticleNotFound:
            return render.paragraph("said", say("panel.gone"))
        except VectorStoreError as error:
            return render.paragraph("said", problem_of(error, say))
        return render.paragraph("said", say("shelf.deleted"))

    @staticmethod
    def read(assistant: Assistant, article_id: str, say: Words = CHINESE) -> str:
        """An article for the reader, or that it is gone."""
        try:
            return listing.reader(assistant.article(article_id), say)
        except ArticleNotFound:
            return render.notice(say("panel.gone"))


def _empty(say: Words) -> dict[str, Any]:
    return {"value": render.paragraph("note", say("shelf.empty"))}


def _adder(assistant: Assistant) -> str:
    types = assistant.settings.upload_types
    parts = {
        "megabytes": str(assistant.settings.upload_megabytes),
        "types": render.escape(" ".join(types)),
        "accept": render.escape(",".join(types)),
    }
    return " ".join(_ADDER.format_map(parts).split("\n"))
