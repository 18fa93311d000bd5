"""Skills that give the policy to get-shit-done's workflows (seed 001, part 8).

get-shit-done does not look for a project's own copy of a workflow, and the next install overwrites an installed copy.
It supports `agent_skills` in `.planning/config.json`: both workflows add the skills of an agent to its prompt (run on
get-shit-done-cc 1.42.3 and gsd-core 1.14.0).
"""

from typing import Final

from gsdc.targets.declaration import Declaration

FOLDER: Final = ".planning/skills"
PLANNING: Final = "gsdc-planning"
EXECUTION: Final = "gsdc-execution"

DECLARATION: Final = Declaration(
    name="gsd-workflow",
    label="get-shit-done's workflows",
    options={
        "description": "Skills for get-shit-done's planner and executor: how plans are annotated and run under the "
        "policy, with a template of a plan. The target gsd names them in `.planning/config.json`.",
        "properties": {
            "dir": {
                "description": "The folder for the skills.",
                "type": "string",
                "minLength": 1,
                "default": FOLDER,
            },
        },
    },
    shown_by=(f"{FOLDER}/{PLANNING}/SKILL.md",),
    families={"GW": "get-shit-done's workflows"},
    emit="gsdc.targets.gsd_workflow.emit",
)
