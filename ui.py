"""The chat page: a Gradio face over `Assistant`, and the command that serves it."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

# Everything else is imported where it is used: loading it takes seconds, in which Ctrl-C could not
# be answered but by a traceback.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import gradio as gr

    from assistant import Assistant, Feedback, Settings
    from web.conversations import Conversations
    from web.page.speech import Speech


def build_app(
    assistant: Assistant, kept: Conversations | None = None, feedback: Feedback | None = None
) -> gr.Blocks:
    """The page over `assistant`; see `_built`."""
    return _built(assistant, kept, feedback)[0]


def _built(
    assistant: Assistant, kept: Conversations | None, feedback: Feedback | None
) -> tuple[gr.Blocks, Speech]:
    """The page over `assistant`; what belongs to one visitor is in that visitor's `gr.State`.

    Where there is a place for them, conversations are kept, and listed beside the chat; votes on
    answers are kept likewise.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    from web.page.chat import Chat
    from web.page.client_api import open_ask
    from web.page.history import visitor
    from web.page.links import Links
    from web.page.owner import owner_handler
    from web.page.parts import HIDDEN
    from web.page.shelf import Shelf
    from web.page.speech import Speech

    app = gr.Blocks(title="携手问答", analytics_enabled=False, fill_width=True)
    settings = assistant.settings
    has_login = bool(settings.users())
    with app:
        speech = Speech(assistant, has_login=has_login)
        captions = speech.captions
        target = gr.Textbox("", visible="hidden", elem_id="xs-target")
        owner = visitor()
        with gr.Tabs() as tabs:
            with captions.made(gr.Tab, {"label": "tab.chat"}, id="chat"):
                chat = Chat(assistant, captions, owner, kept, feedback)
            with captions.made(gr.Tab, {"label": "tab.articles"}) as tab:
                shelf = Shelf(assistant, captions)
        open_ask(assistant)
        own = owner_handler(settings.data_dir.expanduser(), has_login=has_login)
        arrived = app.load(own, [owner], [owner], **HIDDEN)
        arrived.then(chat.resume, chat.visit, chat.outputs, **HIDDEN)
        Links(assistant, chat, shelf.reader, tabs).wire(target)
        speech.wire(target, chat, shelf)
        # Neither is on the page's first sight: it need not wait for them.
        tab.select(shelf.show, shelf.conditions, shelf.shown, **HIDDEN)
    return app, speech


def page(
    assistant: Assistant, kept: Conversations | None = None, feedback: Feedback | None = None
) -> Any:
    """The whole ASGI application: the page, mounted behind the guards of `web.app`."""
    from web.app import create_app
    from web.front import Files, head_of
    from web.login import USER

    blocks, speech = _built(assistant, kept, feedback)
    import gradio as gr

    files = Files()
    kinds = (component["type"] for component in blocks.config["components"])
    style, script = files.address("page.css"), files.address("page.js")

    users = assistant.settings.users()
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    return gr.mount_gradio_app(
        create_app(assistant, head_of(files, kinds, speech.english(blocks))),
        blocks.queue(max_size=64, default_concurrency_limit=16, api_open=False),
        path="/",
        theme=theme,
        head=f'<link rel="stylesheet" href="{style}"><script src="{script}" defer></script>',
        favicon_path=str(Path(__file__).parent / "web" / "static" / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        auth_dependency=(lambda request: request.scope.get(USER) or None) if users else None,
    )


def main() -> int:
    """Serve the page until Ctrl-C.

    Exit code: 0, 1 for a known failure, 2 for a wrong setting, 130 for Ctrl-C before it serves.
    """
    try:
        return _main()
    except KeyboardInterrupt:
        return 130


def _main() -> int:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from assistant import AssistantError, Settings
    from vectorstore import VectorStoreError
    from web.conversations import ConversationError

    try:
        settings = Settings()
        if missing := _missing(settings):
            _say(missing)
            return 2
        _open(settings)
    except ValidationError as error:
        problem = error.errors()[0]
        _say(f"设置有误：ASSISTANT_{str(problem['loc'][0]).upper()}：{problem['msg']}")
        return 2
    except SettingsError as error:
        _say(f"设置有误：{error}；列表要写成 JSON，见 docs/settings.md")
        return 2
    except (AssistantError, VectorStoreError, ConversationError, OSError) as error:
        _say(f"无法启动：{error}")
        return 1
    return 0


def _open(settings: Settings) -> None:
    """Serve the page by these settings until Ctrl-C."""
    from assistant import Assistant, Feedback
    from web.conversations import Conversations

    with _listen(settings) as listener, Assistant(settings) as assistant:
        try:
            _prepare(assistant)
            kept = Conversations(settings.data_dir.expanduser() / "conversations.db")
            feedback = Feedback(settings.data_dir)
            _serve(page(assistant, kept, feedback), listener)
            feedback.close()
            kept.close()
        except KeyboardInterrupt:
            _say("已停止。")


def _missing(settings: Settings) -> str:
    """What a page that others can reach lacks; empty where it may be served."""
    from web.app import WILDCARDS

    if settings.is_private:
        return ""
    where = f"ASSISTANT_HOST={settings.host}"
    if not settings.users():
        return f"{where}：别的机器也能打开这个页面，请先设置 ASSISTANT_UI_AUTH（用户名:密码）。"
    if not settings.api_key.get_secret_value():
        return f"{where}：别的机器也能打开这个页面，请先设置 ASSISTANT_API_KEY（程序用的密钥）。"
    if settings.host in WILDCARDS and not settings.page_hosts:
        return f'{where}：请用 ASSISTANT_PAGE_HOSTS 写明页面的域名或地址，如 ["qa.example.cn"]。'
    return ""


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
    from assistant import sample_articles
    from vectorstore import StoreBusy
    from web.intake import clear_uploads

    try:
        assistant.own()
    except StoreBusy:
        _say("另一个进程正在写这个数据目录；这里照常问答，但不能收入文章。")
        return
    clear_uploads(assistant.settings.data_dir.expanduser())
    folder = sample_articles()
    if folder.is_dir() and not assistant.status()["articles"]:
        report = assistant.add(
            folder, lambda done, total, _: _say(f"\r收入示例文章 {done}/{total}", "")
        )
        _say(f"\n第一次启动：收入了 {report.added} 篇示例文章。")


def _serve(app: Any, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    host, port = listener.getsockname()[:2]
    _say(f"请打开 http://{f'[{host}]' if ':' in host else host}:{port} （Ctrl-C 结束）")
    uvicorn.Server(config).run(sockets=[listener])


def _say(line: str, end: str = "\n") -> None:
    sys.stderr.write(f"{line}{end}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
