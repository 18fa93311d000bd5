"""A dispatch file of the demo, run by an executor of twenty lines with the real Claude Code."""

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.cli.running import run
from tests.conformance.drivers.claude_code import events as message

DEMO = Path(__file__).parents[1] / "projects" / "demo"
EXECUTOR = Path(__file__).with_name("executor.py")


def test_the_tasks_run_in_order_on_their_models(claude, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(DEMO, project)
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {orchestrator: {client: claude-code}}\n")
    run(project, "build")
    dispatch = next(project.glob("build/*/orchestrator/dispatch/*/03-02-PLAN.json"))
    batches = json.loads(dispatch.read_text())["batches"]
    wanted = [
        {(task["name"], task["model_id"]) for task in batch["tasks"] if task["assigned_to"] != "human"}
        for batch in batches
    ]
    wanted = [batch for batch in wanted if batch]
    seen: list[tuple[str, str]] = []

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            text = json.dumps(request["messages"])
            for name, _ in set().union(*wanted):
                if f": {name}**" in text and request.get("tools"):
                    seen.append((name, request["model"]))
            events = message(request["model"], [])
            body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{server.server_port}",
            "ANTHROPIC_API_KEY": "none",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
        }
        command = [sys.executable, EXECUTOR, claude, dispatch]
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=200
        )
        server.shutdown()
        thread.join()
    assert done.returncode == 0, done.stderr
    assert len(seen) == sum(map(len, wanted))
    ran = iter(seen)
    for batch in wanted:
        here = {next(ran) for _ in batch}
        assert {name for name, _ in here} == {name for name, _ in batch}
        assert all(dict(batch)[name] in model for name, model in here)
