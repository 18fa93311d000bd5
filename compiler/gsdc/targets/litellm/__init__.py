"""LiteLLM: the configuration of its proxy, one group of deployments for each agent."""

from typing import Final

from gsdc.targets.declaration import Declaration

FOLDER: Final = "litellm"
CONFIG: Final = "config.yaml"
PINNED: Final = "pinned.yaml"
# Usual paths of a proxy's configuration.
FILES: Final = (
    *(f"{folder}litellm{sign}config.{end}" for folder in ("", "config/") for sign in "_-" for end in ("yaml", "yml")),
    "litellm.yaml",
    "proxy_config.yaml",
    f"{FOLDER}/*.yaml",
)

DECLARATION: Final = Declaration(
    name="litellm",
    label="LiteLLM",
    client="litellm",
    ids="litellm",
    files=FILES,
    signs=(FOLDER, *(path for path in FILES if "*" not in path)),
    options={
        "description": "The configuration of LiteLLM's proxy: a group for each agent, its failover chain, its budgets.",
        "properties": {
            "dir": {"description": "The folder for it.", "type": "string", "minLength": 1, "default": FOLDER},
            "url": {
                "description": "Where clients find the proxy: those whose target says `via: litellm`.",
                "type": "string",
                "pattern": "^https?://[^\\s/?#@]+(/[^\\s?#]*)?$",
                "default": "http://127.0.0.1:4000",
            },
            "cooldown": {
                "description": "Seconds for which a failed deployment is not used.",
                "type": "integer",
                "minimum": 1,
                "default": 60,
            },
            "redis": {
                "description": "Where several proxies share cooldowns and budgets.",
                "type": "object",
                "required": ["host"],
                "additionalProperties": False,
                "properties": {
                    "host": {"type": "string", "minLength": 1},
                    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 6379},
                    "password-variable": {
                        "description": "The environment variable that holds its password.",
                        "type": "string",
                        "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
                    },
                },
            },
        },
    },
    shown_by=(f"{FOLDER}/{CONFIG}",),
    families={"LM": "LiteLLM"},
    emit="gsdc.targets.litellm.emit",
    view="gsdc.targets.litellm.view",
)
