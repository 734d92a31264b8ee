"""Whose a visitor's conversations are: the browser's, or with a login the user's own."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from web.login import owner_key
from web.page.history import known

_FILE = "visitor.key"


def owner_handler(data_dir: Path, *, has_login: bool) -> Callable[..., str]:
    """What tells the page, when it is loaded, whose conversations it shows.

    Without a login that is a secret of the browser's own. With one it is worked out from the user's
    name, so that it is the same in every browser, and never another user's.

    Args:
        data_dir: where the server's own secret is kept.
        has_login: whether each request comes from a user that is known.
    """
    import gradio as gr

    if not has_login:
        return known
    secret = _secret(data_dir / _FILE)

    def owner(_kept: str, request: gr.Request) -> str:
        return owner_key(secret, request.username or secrets.token_urlsafe(24))

    return owner


def _secret(path: Path) -> str:
    """The server's secret in a file that its user alone may read; made at the first start."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(32), "ascii")
        # A link is there whole or not at all, and never takes another one's place.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text("ascii")
