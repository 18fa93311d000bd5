"""How each real client is started offline, what it is answered, and what its requests ask for."""

from tests.conformance.drivers import claude_code, codex, copilot, gemini_cli, kilo, opencode, qwen_code

__all__ = ["claude_code", "codex", "copilot", "gemini_cli", "kilo", "opencode", "qwen_code"]
