"""The three messages of an orchestrator, as seed 004 has them."""

# Seed 004, "Communication Protocol", as it stands there.
MESSAGES = {
    "message-assignment": {
        "task_id": "S1-D1-1",
        "sprint": 1,
        "day": 1,
        "mcp_assignment": "claude-bridge",
        "model": "haiku",
        "prompt": "Setup Turbo monorepo...",
        "token_budget": 2000,
        "priority": "critical",
        "blockers_if_fail": ["S1-D1-2"],
        "success_criteria": ["docker compose up"],
        "deadline": "2026-02-03 10:30",
        "assigned_to": "human-dev-1",
    },
    "message-status": {
        "task_id": "S1-D1-1",
        "status": "completed",
        "tokens_used": 1800,
        "quality_score": 9.5,
        "issues": [],
        "completedAt": "2026-02-03 09:45",
        "next_task_id": "S1-D1-2",
        "ready_for_review": True,
    },
    "message-blocker": {
        "alert_type": "blocker",
        "task_id": "S1-D2-1",
        "reason": "Complex security logic - Haiku insufficient",
        "recommended_escalation": "sonnet",
        "timestamp": "2026-02-04 11:23",
        "action_required": True,
        "priority": "high",
    },
}
