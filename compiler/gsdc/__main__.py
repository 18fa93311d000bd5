"""Run gsdc: as ``gsdc``, and as ``python -m gsdc``."""

import gc

from gsdc.cli import main


def run() -> None:
    """Run the command line. It ends before there is garbage worth a search, which would be a tenth of a lint."""
    gc.disable()
    try:
        main(prog_name="gsdc")
    finally:
        gc.freeze()


if __name__ == "__main__":
    run()
