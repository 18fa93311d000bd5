"""An executor: it runs the tasks of a dispatch file in order with Claude Code. It needs nothing else of gsdc."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def run(task: dict) -> bool:
    if task["assigned_to"] == "human" or not task["model_id"]:
        sys.stdout.write(f"for a person: {task['name']}\n")
        return True
    command = [sys.argv[1], "-p", task["prompt"], "--model", task["model_id"]]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=90).returncode == 0


for batch in json.loads(Path(sys.argv[2]).read_text("utf-8"))["batches"]:
    with ThreadPoolExecutor(len(batch["tasks"])) as pool:
        for task, is_done in zip(batch["tasks"], pool.map(run, batch["tasks"]), strict=True):
            if not is_done:
                sys.exit(f"{task['task_id']} failed; blocked: {task['blockers_if_fail']}")
