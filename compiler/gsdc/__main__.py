"""Run gsdc as ``python -m gsdc``."""

from gsdc.cli import main

main(prog_name="gsdc")
