"""Running the command: errors become one message and an exit code, never a stack trace."""

from __future__ import annotations

import os
import signal
import sys

from kg.errors import KGError

__all__ = ["main"]


def main() -> None:
    """The entry point of the ``kg`` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter gets "?", not a crash
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `kg trace ... | head` ends as quietly as other commands do
    code = run(sys.argv[1:])
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command with these arguments and return its exit code."""
    import typer

    from kg.cli.commands import app

    try:
        result = app(arguments, prog_name="kg", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except KGError as error:
        return _complain(str(error), error.exit_code)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        usage = f"{context.get_usage()}\n" if context else ""
        command = context.command_path if context else "kg"
        return _complain(f"{error.format_message()}\n{usage}Try `{command} --help`.", error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _complain("interrupted.", 130)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        return _complain(f"cannot read or write{place}: {error.strerror or error}.", 5)
    except Exception as error:  # a defect of ours: still one line, and the way to see more
        if os.environ.get("KG_DEBUG"):
            raise
        return _complain(f"internal error: {type(error).__name__}: {error}. Set KG_DEBUG=1 for details.", 70)


def _complain(message: str, code: int) -> int:
    print(f"kg: {message}", file=sys.stderr)
    return code
