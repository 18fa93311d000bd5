"""The Model Context Protocol over standard input and output: JSON-RPC 2.0, one message per line.

Implements only what a tool server needs. The official SDK does more, but takes ten times as long to start and needs 30
packages; our tests run its client. Revisions up to 2025-11-25 begin with ``initialize``; since 2026-07-28 every request
names its revision, and ``server/discover`` lists them.

Source: https://modelcontextprotocol.io/specification
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final, NamedTuple

HANDSHAKE: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
STATELESS: Final = ("2026-07-28",)
_VERSION_KEY: Final = "io.modelcontextprotocol/protocolVersion"
_SERVER_KEY: Final = "io.modelcontextprotocol/serverInfo"

_PARSE_ERROR: Final = -32700
_INVALID_REQUEST: Final = -32600
_UNKNOWN_METHOD: Final = -32601
_INVALID_PARAMS: Final = -32602
_UNSUPPORTED_VERSION: Final = -32022

Json = dict[str, Any]


class ProtocolError(Exception):
    """A request that cannot be answered: the JSON-RPC error code, and data for programs."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


class Result(NamedTuple):
    """The result of a tool: JSON data or None, lines for people, and whether the tool failed."""

    data: Json | None
    notes: str
    failed: bool


class Tool(NamedTuple):
    """A tool: its description as in ``tools/list``, with its name, and the function that runs it."""

    description: Json
    call: Callable[[Json], Result]


class Server(NamedTuple):
    """The server's description of itself, and its tools by name."""

    name: str
    version: str
    instructions: str
    tools: dict[str, Tool]

    def serve(self, requests: BinaryIO, answers: BinaryIO) -> None:
        """Answer each line of ``requests`` until they end."""
        for line in requests:
            if line.strip() and (answer := self.answer(line)) is not None:
                answers.write(json.dumps(answer).encode("ascii") + b"\n")
                answers.flush()

    def answer(self, line: bytes) -> Json | list[Json] | None:
        """Return the answer to a message or a batch (revision 2025-03-26); None if no answer is required."""
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return _error(None, ProtocolError(_PARSE_ERROR, "a line is not JSON"))
        if isinstance(message, list) and message:
            return [answer for one in message if (answer := self._answer_one(one)) is not None] or None
        return self._answer_one(message)

    def _answer_one(self, message: Any) -> Json | None:
        if isinstance(message, dict) and "method" not in message and ("result" in message or "error" in message):
            return None  # a response to a request, but this server sends none
        if isinstance(message, dict) and "id" not in message and isinstance(message.get("method"), str):
            return None  # a notification: none of them has an effect here
        number = message.get("id") if isinstance(message, dict) else None
        if type(number) not in {str, int}:
            return _error(None, ProtocolError(_INVALID_REQUEST, "the id of a request is a text or a whole number"))
        try:
            return {"jsonrpc": "2.0", "id": number, "result": self._result(*_request(message))}
        except ProtocolError as error:
            return _error(number, error)

    def _result(self, method: str, params: Json) -> Json:
        meta = params.get("_meta")
        version = meta.get(_VERSION_KEY) if isinstance(meta, dict) else None
        if version is not None and version not in STATELESS:
            data = {"supported": [*HANDSHAKE, *STATELESS], "requested": version}
            raise ProtocolError(_UNSUPPORTED_VERSION, f"revision {version} is not supported", data)
        methods = {
            "initialize": self._initialize,
            "server/discover": self._discover,
            "ping": lambda _: {},
            "tools/list": lambda _: {"tools": [tool.description for tool in self.tools.values()]},
            "tools/call": self._call,
        }
        if method not in methods:
            raise ProtocolError(_UNKNOWN_METHOD, f'no method "{method}"')
        result = methods[method](params)
        if version is None:
            return result
        # The content of the project's files may change at any time.
        kept = {"ttlMs": 0, "cacheScope": "private"} if method != "tools/call" else {}
        return result | {"resultType": "complete", "_meta": {_SERVER_KEY: self._info}} | kept

    @property
    def _info(self) -> Json:
        return {"name": self.name, "version": self.version}

    def _initialize(self, params: Json) -> Json:
        asked = params.get("protocolVersion")
        version = asked if asked in HANDSHAKE else HANDSHAKE[-1]
        return {
            "protocolVersion": version,
            "capabilities": {"tools": {}},
            "serverInfo": self._info,
            "instructions": self.instructions,
        }

    def _discover(self, _: Json) -> Json:
        return {
            "supportedVersions": [*HANDSHAKE, *STATELESS],
            "capabilities": {"tools": {}},
            "instructions": self.instructions,
        }

    def _call(self, params: Json) -> Json:
        name, arguments = params.get("name"), params.get("arguments")
        if not isinstance(name, str) or name not in self.tools:
            raise ProtocolError(_INVALID_PARAMS, f'no tool "{name}": the tools are {", ".join(self.tools)}')
        if arguments is not None and not isinstance(arguments, dict):
            raise ProtocolError(_INVALID_PARAMS, "arguments is not a mapping")
        result = self.tools[name].call(arguments or {})
        texts = [] if result.data is None else [json.dumps(result.data, ensure_ascii=False)]
        answer: Json = {"content": _texts([*texts, *([result.notes] if result.notes else [])])}
        if result.data is not None:
            answer["structuredContent"] = result.data
        return answer | {"isError": result.failed}


def _request(message: Json) -> tuple[str, Json]:
    """Return the method and the parameters of a request. Raises ``ProtocolError`` if it is not a request."""
    method, params = message.get("method"), message.get("params", {})
    if message.get("jsonrpc") != "2.0" or not isinstance(method, str):
        raise ProtocolError(_INVALID_REQUEST, 'a request has "jsonrpc": "2.0" and a method')
    if not isinstance(params, dict):
        raise ProtocolError(_INVALID_PARAMS, "params is not a mapping")
    return method, params


def _texts(texts: Sequence[str]) -> list[Json]:
    return [{"type": "text", "text": text} for text in texts]


def _error(number: str | int | None, error: ProtocolError) -> Json:
    found: Json = {"code": error.code, "message": str(error)}
    if error.data is not None:
        found["data"] = error.data
    return {"jsonrpc": "2.0", "id": number, "error": found}
