"""Where the data of this plugin lie."""

from pathlib import Path

FLEET = Path(__file__).with_name("fleet.yaml")
