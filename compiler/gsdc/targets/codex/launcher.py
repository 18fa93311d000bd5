"""The script that starts Codex behind a proxy.

A project cannot set the provider of Codex: it ignores ``model_provider``, ``model_providers`` and ``openai_base_url``
in ``.codex/config.toml``, and no environment variable sets them. Only the user's own configuration and command-line
options do. Both also apply to sub-agents (measured on Codex CLI 0.171.0).
"""

import json
import shlex
from typing import Final

from gsdc.ownership.registry import FILE
from gsdc.targets.api import Artifact
from gsdc.targets.codex import LAUNCHER
from gsdc.targets.via import KEY_VARIABLE, PROXY

_HEAD: Final = f"""#!/bin/sh
# Made by gsdc; change gsdc.yaml, not this file. It starts Codex behind the proxy, with the key in {KEY_VARIABLE}:
#   sh {LAUNCHER} exec "fix the tests"
"""


def launcher(url: str) -> Artifact:
    """Return the script that starts Codex behind the proxy at ``url``."""
    values = {"name": "LiteLLM", "base_url": f"{url}/v1", "env_key": KEY_VARIABLE, "wire_api": "responses"}
    table = ", ".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    settings = (f'model_provider = "{PROXY}"', f"model_providers.{PROXY} = {{{table}}}")
    options = " \\\n".join(f"  -c {shlex.quote(setting)}" for setting in settings)
    return Artifact(LAUNCHER, f'{_HEAD}exec codex \\\n{options} \\\n  "$@"\n'.encode(), FILE)
