"""The chat page: a Gradio face over `Assistant`, and the command that serves it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pydantic import ValidationError

from assistant import Assistant, AssistantError, Settings
from vectorstore import StoreBusy, VectorStoreError
from web import render, turns
from web.app import create_app, is_loopback
from web.conversations import ConversationError, Conversations
from web.history import History, keep, known, visitor
from web.shelf import Shelf, line_box
from web.turns import Conversation

if TYPE_CHECKING:
    import gradio as gr

EXAMPLES = (
    "佛山和郴州的对口合作期限是哪几年？",
    "涉及广东的8对城市分别是哪些？",
    "2019年邵阳高峰论坛签约了多少个项目？",
    "新晃和大龙的首批合作有哪些？",
)
_WELCOME = "答案逐句引自库中的文章。点句末的编号，可在原文中核对出处。"
_PANEL_EMPTY = "点答案句末的编号，这里会显示所引文章，并标出原句。"
_HEAD = '<link rel="stylesheet" href="page.css"><script src="page.js" defer></script>'
_HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Update = dict[Any, Any]


def build_app(assistant: Assistant, kept: Conversations | None = None) -> gr.Blocks:
    """The page over `assistant`; what belongs to one visitor is in that visitor's `gr.State`.

    Where there is a place for them, conversations are kept, and have a tab of their own.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    app = gr.Blocks(title="携手问答", analytics_enabled=False, fill_width=True)
    with app:
        mode = render.paragraph("mode", assistant.describe())
        gr.Markdown(f"<header><h1>携手问答</h1>{mode}</header>", elem_id="xs-header")
        target = gr.Textbox("", visible="hidden", elem_id="xs-target")
        owner = visitor()
        with gr.Tabs() as tabs:
            with gr.Tab("问答", id="chat"):
                chat = Chat(assistant, kept, owner)
            with gr.Tab("文章") as tab:
                shelf = Shelf(assistant)
            if kept:
                with gr.Tab("对话") as past:
                    history = History(kept, owner)
                past.select(history.show, [owner, history.chosen], [history.chosen], **_HIDDEN)
                chat.reopen_with(history, tabs)
        app.load(known, [owner], [owner], **_HIDDEN)
        follow = partial(_follow, assistant, chat.panel, shelf.reader)
        target.change(follow, [target, chat.conversation], [chat.panel, shelf.reader], **_HIDDEN)
        for event in (app.load, tab.select, shelf.wanted.change):
            event(shelf.show, [shelf.wanted], [shelf.list], **_HIDDEN)
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

    def __init__(
        self, assistant: Assistant, kept: Conversations | None, owner: gr.BrowserState
    ) -> None:
        import gradio as gr

        self._assistant, self._kept, self._owner = assistant, kept, owner
        self.conversation = gr.State(())
        self.key = gr.State("")
        with gr.Row(elem_id="xs-desk"):
            with gr.Column(elem_id="xs-talk"):
                examples = self._talk()
            with gr.Column(elem_id="xs-side"):
                gr.Button("关闭", elem_id="xs-close", size="sm")
                self.panel = gr.Markdown(render.paragraph("note", _PANEL_EMPTY), elem_id="xs-panel")
        self._wire(examples)

    def _talk(self) -> list[gr.Button]:
        import gradio as gr

        self._chatbot = gr.Chatbot(
            elem_id="xs-chat",
            label="对话",
            show_label=False,
            # All HTML comes from web.render; Gradio's sanitizer stays on behind it.
            render_markdown=False,
            latex_delimiters=[],
            line_breaks=False,
            buttons=[],
            feedback_options=None,
            placeholder=render.paragraph("welcome", _WELCOME),
            layout="panel",
            height="100%",
        )
        with gr.Row(elem_id="xs-examples") as self._examples:
            examples = [gr.Button(text, size="sm") for text in EXAMPLES]
        with gr.Row(elem_id="xs-ask"):
            self._box = line_box(
                "xs-box", "问题", "请输入问题，按回车提问", max_lines=4, autofocus=True
            )
            self._send = gr.Button("提问", variant="primary", elem_id="xs-send")
            self._stop = gr.Button("停止", visible=False, elem_id="xs-stop")
            self._clear = gr.Button("清空对话", elem_id="xs-clear")
        return examples

    def _wire(self, examples: list[gr.Button]) -> None:
        import gradio as gr

        own = [self.conversation, self._owner, self.key]
        controls = [self._send, self._stop, self._examples]
        outputs = [self.conversation, self.key, self._chatbot, self._box, *controls]
        self._outputs = outputs
        triggers = [self._box.submit, self._send.click]
        asked = [gr.on(triggers, self.respond, [self._box, *own], outputs, **_HIDDEN)]
        for button in examples:
            respond = partial(self.respond, button.value)
            asked.append(button.click(respond, own, outputs, **_HIDDEN))
        for event in asked:
            event.failure(self.end, own, outputs, **_HIDDEN)
        self._stop.click(self.end, own, outputs, cancels=asked, **_HIDDEN)
        self._clear.click(self.clear, None, [*outputs, self.panel], cancels=asked, **_HIDDEN)

    def reopen_with(self, history: History, tabs: gr.Tabs) -> None:
        """Let the button of the history bring a kept conversation back here."""
        import gradio as gr

        def reopen(owner: str, chosen: str | None) -> Update:
            answers = history.load(owner, chosen)
            if not answers:
                return {tabs: gr.update()}
            shown = self._show(turns.reopened(answers), busy=False)
            return shown | {self.key: chosen, tabs: gr.Tabs(selected="chat")}

        chosen = [self._owner, history.chosen]
        history.open.click(reopen, chosen, [*self._outputs, tabs], **_HIDDEN)

    def respond(
        self, question: str, conversation: Conversation, owner: str = "", key: str = ""
    ) -> Iterator[Update]:
        """Answer one question, step by step; each step is an update of the page."""
        question = question.strip()
        if not question:
            yield self._show(conversation, busy=False)
            return
        turn = turns.opened(question)
        yield self._show((*conversation, turn), busy=True)
        for turn in turns.grow(self._assistant, question, conversation):
            shown = (*conversation, turn)
            yield {self.conversation: shown, self._chatbot: turns.messages(shown)}
        key = keep(self._kept, owner, key, turn.answer)
        yield self._show((*conversation, turn), busy=False) | {self.key: key}

    def end(self, conversation: Conversation, owner: str = "", key: str = "") -> Update:
        """End the turn that was stopped or failed (Gradio reports a stopped one as failed, too)."""
        ended = turns.ended(conversation)
        if ended != conversation:
            key = keep(self._kept, owner, key, ended[-1].answer)
        return self._show(ended, busy=False) | {self.key: key}

    def clear(self) -> Update:
        """Forget the conversation of this visitor."""
        blank = {self.key: "", self.panel: render.paragraph("note", _PANEL_EMPTY)}
        return self._show((), busy=False) | blank

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


def page(assistant: Assistant, kept: Conversations | None = None) -> Any:
    """The whole ASGI application: the page, mounted behind the guards of `web.app`."""
    blocks = build_app(assistant, kept)
    import gradio as gr

    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    return gr.mount_gradio_app(
        create_app(assistant),
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
    """Serve the page until Ctrl-C. Exit code: 0, 1 for a known failure, 2 for a wrong setting."""
    try:
        settings = Settings()
    except ValidationError as error:
        problem = error.errors()[0]
        _say(f"设置有误：ASSISTANT_{str(problem['loc'][0]).upper()}：{problem['msg']}")
        return 2
    if not is_loopback(settings.host):
        _say(f"ASSISTANT_HOST={settings.host}：页面还没有登录，只能在本机（127.0.0.1）打开。")
        return 2
    try:
        with _listen(settings) as listener, Assistant(settings) as assistant:
            _prepare(assistant)
            kept = Conversations(settings.data_dir.expanduser() / "conversations.db")
            _serve(assistant, kept, listener)
            kept.close()
    except (AssistantError, VectorStoreError, ConversationError, OSError) as error:
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


def _prepare(assistant: Assistant) -> None:
    """Claim the data directory, and give an empty one the sample articles."""
    try:
        assistant.own()
    except StoreBusy:
        _say("另一个进程正在写这个数据目录；这里照常问答，但不能收入文章。")
        return
    folder = Path(__file__).parent / "articles"
    if folder.is_dir() and not assistant.articles():
        report = assistant.add(
            folder, lambda done, total, _: _say(f"\r收入示例文章 {done}/{total}", "")
        )
        _say(f"\n第一次启动：收入了 {report.added} 篇示例文章。")


def _serve(assistant: Assistant, kept: Conversations, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(page(assistant, kept), log_level="warning", timeout_graceful_shutdown=1)
    host, port = listener.getsockname()[:2]
    _say(f"请打开 http://{f'[{host}]' if ':' in host else host}:{port} （Ctrl-C 结束）")
    uvicorn.Server(config).run(sockets=[listener])


def _say(line: str, end: str = "\n") -> None:
    sys.stderr.write(f"{line}{end}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
