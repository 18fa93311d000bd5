"""Codex behind the proxy, after ``gsdc apply``: on the wire, each agent's model and effort."""

import json
import os
from pathlib import Path

from tests.conformance import wire
from tests.conformance.drivers.codex import CLIENT, environment


def test_the_script_starts_it_behind_the_proxy(codex, tmp_path):
    """Sub-agents ask there too; the user's own configuration names another provider."""

    def behind_proxy(home: Path, folder: Path, url: str) -> dict[str, str]:
        policy = json.loads((folder / "gsdc.yaml").read_text())
        targets = {CLIENT.target: {"via": "litellm"}, "litellm": {"url": url}}
        (folder / "gsdc.yaml").write_text(json.dumps({**policy, "targets": targets}))
        wire.gsdc(folder, "apply", "--yes")
        program = home / "bin/codex"
        program.parent.mkdir()
        program.symlink_to(codex)
        path = f"{program.parent}:{os.environ['PATH']}"
        return {**environment(home, folder, "http://127.0.0.1:9"), "PATH": path, "LITELLM_API_KEY": "sk-test"}

    behind = CLIENT._replace(
        command=lambda _program, _folder, _url: ["sh", ".codex/litellm.sh", "exec", "--skip-git-repo-check", "go"],
        environment=behind_proxy,
    )
    own = wire.project(behind, tmp_path / "project", "gsd", "balanced", most=3)
    assert wire.ask(behind, codex, own, tmp_path / "home") == own.wanted
