"""The tab of the articles: the list beside the text of the one that was selected."""

from __future__ import annotations

from assistant import Assistant
from vectorstore import fold
from web import render
from web.parts import line_box

_READER_EMPTY = "从列表中选一篇文章，在这里阅读全文。"


class Shelf:
    """The list of articles beside the text of the one that was selected."""

    def __init__(self, assistant: Assistant) -> None:
        import gradio as gr

        self._assistant = assistant
        with gr.Row(elem_id="xs-shelf"):
            with gr.Column(elem_id="xs-index"):
                self.wanted = line_box("xs-wanted", "筛选文章", "按标题或发布者筛选")
                self.list = gr.Markdown(elem_id="xs-list")
            self.reader = gr.Markdown(render.paragraph("note", _READER_EMPTY), elem_id="xs-reader")

    def show(self, wanted: str) -> str:
        """The list of the articles whose title or publisher holds `wanted`, newest first."""
        wanted = fold(wanted.strip())
        articles = self._assistant.articles()
        found = [one for one in articles if wanted in fold(f"{one.title}\n{one.publisher}")]
        return render.article_list(found)
