"""Clients that send their requests through a proxy which another target configures: `via: litellm`."""

from collections.abc import Mapping
from typing import Any, Final

from gsdc.finding import Rejected
from gsdc.policy.sources import UNKNOWN_NAME
from gsdc.source.span import Span
from gsdc.targets.api import Request

VIA: Final = "via"  # the option of a target, see ``declaration.PROXY``
PROXY: Final = "litellm"
URL: Final = "http://127.0.0.1:4000"
KEY_VARIABLE: Final = "LITELLM_API_KEY"


def proxy_url(request: Request, target: str) -> str:
    """Return the address of the proxy for the client of ``target``, "" for none.

    Raises ``Rejected`` if no target configures the proxy.
    """
    if request.options.get(VIA) != PROXY:
        return ""
    if PROXY not in request.others:
        message = f"targets.{target}.{VIA} is {PROXY}, which is not one of the targets"
        raise Rejected(UNKNOWN_NAME.at(Span("gsdc.yaml", 0, 0), message, f"add `{PROXY}: true` under `targets`"))
    return _address(request.others[PROXY])


def servers(targets: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the proxy addresses of the clients of ``targets``, which are the options of a project's targets."""
    if PROXY not in targets or all(options.get(VIA) != PROXY for options in targets.values()):
        return frozenset()
    return frozenset({_address(targets[PROXY])})


def _address(options: Mapping[str, Any]) -> str:
    return str(options.get("url", URL)).rstrip("/")
