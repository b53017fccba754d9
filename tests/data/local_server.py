"""A server of files on this machine that misbehaves as told, and data sets that lie on it."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module

import pytest

from workbench.data import Download, RawFile

CONTENT = bytes(range(256)) * 512  # 131,072 bytes: sixteen chunks of a transfer


@dataclass(frozen=True)
class Answer:
    """
    How one request is answered.

    cut : bytes after which the connection ends. ranges : whether a part can be asked for. pause :
    seconds before each of four pieces. headers : others beside the usual ones.
    """

    content: bytes = CONTENT
    status: int = 200
    cut: int | None = None
    ranges: bool = True
    pause: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """Answers by path, one after the other, the last one for ever; what was asked for, and sent."""

    base: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    sent: int = 0

    def put(self, name: str, *answers: Answer, content: bytes = CONTENT) -> RawFile:
        """Serve `name` in this way; the file is described by `content`."""
        self.answers[f"/{name}"] = list(answers or [Answer(content)])
        return RawFile(name, len(content), hashlib.sha256(content).hexdigest(), self.base + name)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            server.asked.append((self.path, asked))
            answers = server.answers.get(self.path, [Answer(b"", 404)])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            begin = int(asked[len("bytes=") : -1]) if asked and answer.ranges else 0
            resumed = begin and answer.status == 200
            body = answer.content[begin:]
            self.send_response(206 if resumed else answer.status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            kept = body if answer.cut is None else body[: answer.cut]
            size = len(kept) // 4 + 1
            for start in range(0, len(kept), size):
                time.sleep(answer.pause)
                with contextlib.suppress(ConnectionError):  # nobody listens any more
                    self.wfile.write(kept[start : start + size])
                    server.sent += len(kept[start : start + size])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port, until the end of the block."""
    server = Server("")
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(server)) as web:
        server.base = f"http://127.0.0.1:{web.server_port}/"
        thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        web.shutdown()
        thread.join()


ENTRY = Download(
    name="numbers",
    title="Numbers",
    origin="http://127.0.0.1/",
    licence="CC0-1.0",
    permission="open",
    terms="Do what you like.",
    citation="Nobody (2024). Numbers.",
    doi="",
    note="Invented.",
    files=(),
)


def entry(*files: RawFile, name: str = "numbers", permission: str = "open") -> Download:
    """An invented data set of these files."""
    return replace(ENTRY, name=name, permission=permission, files=files)


def offer(monkeypatch: pytest.MonkeyPatch, *entries: Download) -> None:
    """Let the catalogue hold nothing but these data sets."""
    catalogue = {one.name: one for one in entries}
    # The package has a function of the module's name.
    monkeypatch.setattr(import_module("workbench.data.downloads"), "_catalogue", lambda: catalogue)


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait between attempts."""
    monkeypatch.setattr("workbench.data.transfer.PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("workbench.data.transfer.LONGEST_PAUSE_SECONDS", 0.01)
