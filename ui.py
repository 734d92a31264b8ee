"""The chat page: a Gradio face over `Assistant`, and the command that serves it."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from assistant import Assistant, AssistantError, Settings
from vectorstore import StoreBusy, VectorStoreError, fold
from web import render, turns
from web.app import create_app, is_loopback
from web.turns import Conversation

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

EXAMPLES = (
    "佛山和郴州的对口合作期限是哪几年？",
    "广东有哪8对对口合作城市？",
    "2019年邵阳高峰论坛签了多少个项目，引资多少？",
    "新晃和大龙的示范园首批合作有哪些？",
)
_WELCOME = "答案逐句引自库中的文章。点句末的编号，可在原文中核对出处。"
_PANEL_EMPTY = "点答案句末的编号，这里会显示所引文章，并标出原句。"
_READER_EMPTY = "从列表中选一篇文章，在这里阅读全文。"
_HEAD = '<link rel="stylesheet" href="page.css"><script src="page.js" defer></script>'
_SECONDS_BETWEEN_UPDATES = 0.06
"""A person sees no difference below this, and each update costs the browser a new rendering."""
_MAX_QUESTION = 1000


Update = dict[Any, Any]


def build_app(assistant: Assistant) -> gr.Blocks:
    """The page over `assistant`; all that belongs to one visitor is in that visitor's `gr.State`."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    with gr.Blocks(title="携手问答", analytics_enabled=False, fill_width=True) as app:
        mode = render.line("mode", assistant.describe())
        gr.Markdown(f"<header><h1>携手问答</h1>{mode}</header>", elem_id="xs-header")
        target = gr.Textbox("", visible="hidden", elem_id="xs-target")
        with gr.Tabs():
            with gr.Tab("问答"):
                chat = Chat(assistant)
            with gr.Tab("文章") as tab:
                shelf = Shelf(assistant)
        hidden = {"api_visibility": "private", "show_progress": "hidden"}
        follow = partial(_follow, assistant, chat.panel, shelf.reader)
        target.change(follow, [target, chat.conversation], [chat.panel, shelf.reader], **hidden)
        for event in (app.load, tab.select, shelf.wanted.change):
            event(shelf.show, [shelf.wanted], [shelf.list], **hidden)
    return app


def _follow(
    assistant: Assistant, panel: Any, reader: Any, target: str, conversation: Conversation
) -> Update:
    """Show what a link of ours names: `#cite-<turn>-<number>`, `#near-<id>` or `#read-<id>`."""
    kind, _, name = target.split(" ")[0].partition("-")
    place = reader if kind == "#read" else panel
    quoted = turns.citation(conversation, name) if kind == "#cite" else None
    try:
        article = assistant.article(quoted.article_id if quoted else unquote(name))
    except AssistantError:
        return {place: render.notice("这篇文章已不在库中")}
    return {place: render.article(article, quoted)}


class Chat:
    """The conversation beside the panel of cited articles."""

    def __init__(self, assistant: Assistant) -> None:
        import gradio as gr

        self._assistant = assistant
        self.conversation = gr.State(())
        with gr.Row(elem_id="xs-desk"):
            with gr.Column(elem_id="xs-talk"):
                self._chatbot = gr.Chatbot(
                    elem_id="xs-chat",
                    show_label=False,
                    label="对话",
                    render_markdown=False,
                    latex_delimiters=[],
                    line_breaks=False,
                    buttons=[],
                    feedback_options=None,
                    placeholder=render.line("welcome", _WELCOME),
                    layout="panel",
                    height="100%",
                )
                with gr.Row(elem_id="xs-examples") as self._examples:
                    examples = [gr.Button(text, size="sm") for text in EXAMPLES]
                with gr.Row(elem_id="xs-ask"):
                    self._box = gr.Textbox(
                        "",
                        show_label=False,
                        label="问题",
                        placeholder="请输入问题，按回车提问",
                        max_lines=4,
                        max_length=_MAX_QUESTION,
                        autofocus=True,
                        container=False,
                        elem_id="xs-box",
                    )
                    self._send = gr.Button("提问", variant="primary", elem_id="xs-send")
                    self._stop = gr.Button("停止", visible=False, elem_id="xs-stop")
                    self._clear = gr.Button("清空对话", elem_id="xs-clear")
            with gr.Column(elem_id="xs-side"):
                gr.Button("关闭", elem_id="xs-close", size="sm")
                self.panel = gr.Markdown(render.line("note", _PANEL_EMPTY), elem_id="xs-panel")
        self._wire(examples)

    def _wire(self, examples: list[gr.Button]) -> None:
        import gradio as gr

        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        outputs = [
            self.conversation, self._chatbot, self._box, self._send, self._stop, self._examples
        ]  # fmt: skip
        triggers = [self._box.submit, self._send.click]
        inputs = [self._box, self.conversation]
        asked = [gr.on(triggers, self.respond, inputs, outputs, **hidden)]
        for button in examples:
            respond = partial(self.respond, button.value)
            asked.append(button.click(respond, [self.conversation], outputs, **hidden))
        for event in asked:
            event.failure(partial(self.end, "出错了", "这一次没有答成，请再试一次。"),
                          [self.conversation], outputs, **hidden)  # fmt: skip
        stop = partial(self.end, "已停止", "")
        self._stop.click(stop, [self.conversation], outputs, cancels=asked, **hidden)
        self._clear.click(self.clear, None, [*outputs, self.panel], cancels=asked, **hidden)

    def respond(self, question: str, conversation: Conversation) -> Iterator[Update]:
        """Answer one question, step by step; each step is an update of the page."""
        question = question.strip()
        if not question:
            yield self._show(conversation, busy=False)
            return
        turn, last = turns.opened(question), 0.0
        yield self._show((*conversation, turn), busy=True)
        for turn in turns.grow(self._assistant, question, conversation):
            now = time.monotonic()
            if now - last >= _SECONDS_BETWEEN_UPDATES:
                last, shown = now, (*conversation, turn)
                yield {self.conversation: shown, self._chatbot: turns.messages(shown)}
        yield self._show((*conversation, turn), busy=False)

    def end(self, title: str, text: str, conversation: Conversation) -> Update:
        """End the turn that was stopped or failed; one that has its answer stays as it is."""
        return self._show(turns.ended(conversation, title, text), busy=False)

    def clear(self) -> Update:
        """Forget the conversation of this visitor."""
        return self._show((), busy=False) | {self.panel: render.line("note", _PANEL_EMPTY)}

    def _show(self, conversation: Conversation, *, busy: bool) -> Update:
        import gradio as gr

        update: Update = {
            self.conversation: conversation,
            self._chatbot: turns.messages(conversation),
            self._send: gr.update(visible=not busy),
            self._stop: gr.update(visible=busy),
            self._examples: gr.update(visible=not conversation),
        }
        return update | ({self._box: ""} if busy else {})


class Shelf:
    """The list of articles beside the text of the one that was selected."""

    def __init__(self, assistant: Assistant) -> None:
        import gradio as gr

        self._assistant = assistant
        with gr.Row(elem_id="xs-shelf"):
            with gr.Column(elem_id="xs-index"):
                self.wanted = gr.Textbox(
                    "",
                    show_label=False,
                    label="筛选文章",
                    placeholder="按标题或发布者筛选",
                    container=False,
                    elem_id="xs-wanted",
                )
                self.list = gr.Markdown(elem_id="xs-list")
            self.reader = gr.Markdown(render.line("note", _READER_EMPTY), elem_id="xs-reader")

    def show(self, wanted: str) -> str:
        """The list of the articles whose title or publisher holds `wanted`, newest first."""
        wanted = fold(wanted.strip())
        articles = [
            article
            for article in self._assistant.articles()
            if wanted in fold(f"{article.title}\n{article.publisher}")
        ]
        articles.sort(key=lambda article: str(article.published or ""), reverse=True)
        return render.article_list(articles)


def page(assistant: Assistant) -> FastAPI:
    """The whole web application: the page, mounted behind the guards of `web.app`."""
    blocks = build_app(assistant)
    import gradio as gr

    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    return gr.mount_gradio_app(
        create_app(),
        blocks.queue(max_size=64, default_concurrency_limit=16, api_open=False),
        path="/",
        theme=theme,
        head=_HEAD,
        favicon_path=str(Path(__file__).parent / "web" / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
    )


def main() -> int:
    """Serve the page until Ctrl-C; the exit code is 0, 1 for a known failure, 2 for a wrong setting."""
    settings = Settings()
    if not is_loopback(settings.host):
        _say(f"ASSISTANT_HOST={settings.host}：页面还没有登录，只能在本机（127.0.0.1）打开。")
        return 2
    try:
        with _listen(settings) as listener, contextlib.closing(Assistant(settings)) as assistant:
            _first_articles(assistant)
            _serve(assistant, listener)
    except (AssistantError, VectorStoreError, OSError) as error:
        _say(f"无法启动：{error}")
        return 1
    except KeyboardInterrupt:
        _say("已停止。")
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise OSError(
            f"{settings.host}:{settings.port} 不能用（{error.strerror}）；"
            "可用 ASSISTANT_PORT 换一个端口"
        ) from error
    return listener


def _first_articles(assistant: Assistant) -> None:
    """Give an empty store the sample articles."""
    folder = Path(__file__).parent / "articles"
    if folder.is_dir() and not assistant.articles():
        _say("第一次启动：正在收入示例文章……")
        _say(f"已收入 {assistant.add(folder).added} 篇。")


def _serve(assistant: Assistant, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(page(assistant), log_level="warning", timeout_graceful_shutdown=1)
    host, port = listener.getsockname()[:2]
    _say(f"请打开 http://{f'[{host}]' if ':' in host else host}:{port} （Ctrl-C 结束）")
    uvicorn.Server(config).run(sockets=[listener])


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
