"""The command `xieshou-mcp`: the MCP door over stdio; Ctrl-C is answered while modules load."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def main(argv: Sequence[str] | None = None) -> int:
    """Serve one MCP client over stdin and stdout until it leaves; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="xieshou-mcp", description="serve ask, search and article to an MCP client over stdio"
    )
    parser.add_argument("--data-dir", type=Path, help="folder of the stored articles")
    given = parser.parse_args(argv)
    try:
        return _serve(given.data_dir)
    except KeyboardInterrupt:
        return 130


def _serve(data_dir: Path | None) -> int:
    import anyio
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from assistant import Assistant, AssistantError, Settings
    from vectorstore import VectorStoreError
    from web.doors import Workers
    from web.mcp import create_mcp, speak

    try:
        chosen: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
        with Assistant(Settings(**chosen)) as assistant:
            anyio.run(speak, create_mcp(assistant, Workers()))
    except (ValidationError, SettingsError, AssistantError, VectorStoreError) as error:
        sys.stderr.write(f"xieshou-mcp: {' '.join(str(error).split())}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
