"""The tab of the articles: adding, finding, reading and deleting them."""

from __future__ import annotations

from functools import partial
from typing import Any

from assistant import ArticleNotFound, Assistant
from vectorstore import FilterError, VectorStoreError
from web import listing, render
from web.intake import problem_of
from web.listing import View
from web.parts import HIDDEN, line_box

_READER_EMPTY = "从列表中选一篇文章，在这里阅读全文。"
_ADDER = """
<div class="xs-adder" data-megabytes="{megabytes}" data-types="{types}">
<label class="xs-pick" for="xs-files">选择文件</label>
<input class="xs-sr" id="xs-files" type="file" multiple accept="{accept}"
 aria-describedby="xs-limit">
<span id="xs-limit" class="xs-note">或拖到这里，每个不超过 {megabytes} MB（{types}）</span>
<label class="xs-sr" for="xs-urls">网址，一行一个</label>
<textarea id="xs-urls" rows="1" maxlength="20000" placeholder="粘贴网址，一行一个"></textarea>
<button type="button" id="xs-fetch">收入网址</button>
<p class="xs-sr" id="xs-told" role="status"></p>
<ul id="xs-jobs"></ul>
</div>
"""


class Shelf:
    """The list of articles, with the way in for new ones, beside the text of the selected one."""

    def __init__(self, assistant: Assistant) -> None:
        import gradio as gr

        self._assistant = assistant
        self._view = gr.State(View())
        self._target = gr.Textbox("", visible="hidden", elem_id="xs-shelf-target")
        with gr.Row(elem_id="xs-shelf"):
            with gr.Column(elem_id="xs-index"):
                # Of our own words alone, so that its controls may stay.
                gr.Markdown(_adder(assistant), sanitize_html=False, elem_id="xs-add")
                conditions = self._filters()
                self.list = gr.Markdown(elem_id="xs-list")
            self.reader = gr.Markdown(render.paragraph("note", _READER_EMPTY), elem_id="xs-reader")
        self.conditions = [*conditions, self._view]
        self.shown = [self.list, self._publisher]
        self._wire(conditions)

    def _filters(self) -> list[Any]:
        import gradio as gr

        with gr.Row(elem_id="xs-sift"):
            wanted = line_box("xs-wanted", "筛选文章", "按标题或发布者筛选")
            self._publisher = gr.Dropdown(
                [("全部发布者", "")],
                value="",
                label="发布者",
                show_label=False,
                container=False,
                elem_id="xs-publisher",
            )
            since = line_box("xs-since", "最早日期", "2022-01-01", max_lines=1)
            until = line_box("xs-until", "最晚日期", "2022-12-31", max_lines=1)
        return [wanted, self._publisher, since, until]

    def _wire(self, conditions: list[Any]) -> None:
        import gradio as gr

        filtered = [self._view, *self.shown]
        # Of what is changed while the last answer is on its way, only the end is looked for: one
        # event for all of them, so that no answer overtakes another.
        gr.on(
            [condition.change for condition in conditions],
            self.filtered,
            self.conditions,
            filtered,
            trigger_mode="always_last",
            **HIDDEN,
        )
        given = [self._target, *self.conditions]
        self._target.change(self.act, given, [*filtered, self.reader], **HIDDEN)

    def show(self, words: str, publisher: str, since: str, until: str, view: View) -> list[Any]:
        """The table anew, and the publishers there are."""
        import gradio as gr

        filters = {"publisher": publisher, "date_from": since, "date_to": until}
        ask = partial(self._assistant.listing, words, filters, view.order)
        try:
            found = ask(view.place)
        except FilterError:
            return [render.paragraph("note", "日期应写作 2022-01-31。"), gr.skip()]
        except VectorStoreError as error:
            return [render.paragraph("note", problem_of(error)), gr.skip()]
        names = found.publishers | ({publisher: 0} if publisher else {})
        choices = [("全部发布者", "")]
        choices += [(f"{name}（{names[name]}）", name) for name in names if name]
        return [listing.table(found, view), gr.update(choices=choices, value=publisher)]

    def filtered(self, words: str, publisher: str, since: str, until: str, view: View) -> list[Any]:
        """The first page of what meets other conditions."""
        first = View(view.order)
        return [first, *self.show(words, publisher, since, until, first)]

    def act(self, target: str, *conditions: Any) -> list[Any]:
        """What a link of the list asks for: an order, a page, a deletion, or to look again."""
        import gradio as gr

        target = target.split(" ")[0]
        told = self._delete(target) if target.startswith("#delete-") else None
        *others, view = conditions
        given = (*others, view.after(target))
        return [given[-1], *self.show(*given), gr.skip() if told is None else told]

    def _delete(self, target: str) -> str:
        """Delete an article; returns what stands in its place."""
        try:
            self._assistant.remove(listing.article_of(target))
        except ArticleNotFound:
            return render.paragraph("said", "这篇文章已不在库中。")
        except VectorStoreError as error:
            return render.paragraph("said", problem_of(error))
        return render.paragraph("said", "已删除。")

    @staticmethod
    def read(assistant: Assistant, article_id: str) -> str:
        """An article for the reader, or that it is gone."""
        try:
            return listing.reader(assistant.article(article_id))
        except ArticleNotFound:
            return render.notice("这篇文章已不在库中")


def _adder(assistant: Assistant) -> str:
    types = assistant.settings.upload_types
    parts = {
        "megabytes": str(assistant.settings.upload_megabytes),
        "types": render.escape(" ".join(types)),
        "accept": render.escape(",".join(types)),
    }
    return " ".join(_ADDER.format_map(parts).split("\n"))
