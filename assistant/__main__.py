"""`python -m assistant` and the command `xieshou`; Ctrl-C is answered also while modules load."""

import sys


def main() -> int:
    """Run one command; returns the exit code."""
    try:
        from assistant.shell import cli

        return cli.main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
