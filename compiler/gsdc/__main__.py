"""Run gsdc: as ``gsdc``, and as ``python -m gsdc``."""

import gc
import os
import sys
from io import TextIOWrapper

CANNOT_START = 2


def run() -> None:
    """Run the command line. It exits without garbage collection, which would take a tenth of the time of a lint."""
    gc.disable()
    _open_closed_streams()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # user text may not fit the output encoding
    try:
        _start()
        sys.stdout.flush()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        sys.stderr.write(f"gsdc: the output cannot be written: {reason}\n")
        os._exit(CANNOT_START)  # the interpreter would try to write it again
    finally:
        gc.freeze()


def _start() -> None:
    if sys.argv[1:] in (["guard", "claude-code"], ["guard", "opencode-plugin"]):  # a hook must start fast
        from gsdc.guard.run import main as guard

        guard(sys.argv[2])
        return
    from gsdc.cli import main

    main(prog_name="gsdc")


def _open_closed_streams() -> None:
    """Connect a closed standard stream to the null device: else the next opened file would get its number."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - for the life of the process
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    run()
