# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send recorded requests to a sandbox in this process, in their order, and compare the responses."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sandbox.app import build
from sandbox.options import Options
from tests.sandbox.peertube import media
from tests.sandbox.peertube.shapes import differences

HOST = "peertube.example"
_USERS = {
    "admin": "root",
    "mod": "mod1",
    "user": "alice",
    "user2": "bob",
    "user3": "carol",
    "zoe": "zoe",
    "yan": "yan",
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UPLOAD = re.compile(r"upload_id=([0-9a-f-]+)")
_REQUEST_NUMBER = re.compile(r"(.*)[ ,]+request (\d+)")
_SAME_HEADERS = ("range", "x-ratelimit-limit", "content-range")
_PRESENT_HEADERS = ("location", "retry-after", "content-disposition")


class Answer(NamedTuple):
    """A response of the sandbox."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The JSON, the text, or None."""
        if not self.content:
            return None
        try:
            return json.loads(self.content)
        except ValueError:
            return self.content.decode("utf-8", "replace")


class _NotBetterError(Exception):
    """What was tried is taken back."""


class Outcome(NamedTuple):
    """One recorded exchange, and how the response of the sandbox differs."""

    number: int
    entry: dict[str, Any]
    differences: list[str]
    answer: Answer

    @property
    def title(self) -> str:
        """A line for people."""
        entry = self.entry
        return f"{self.number} {entry['role']} {entry['method']} {entry['path']} ({entry['status']})"

    @property
    def exchange(self) -> dict[str, Any]:
        """The exchange as in an exchange log, without what the request sent."""
        return {
            "method": self.entry["method"],
            "path": self.entry["path"],
            "query": "",
            "request_headers": {},
            "request_body": "",
            "status": self.answer.status,
            "response_headers": self.answer.headers,
            "response_body": self.answer.content.decode("utf-8", "replace"),
        }


class Replay:
    """A sandbox with what was learned of its ids and tokens.

    :param version: ``6.3`` or ``8.2``.
    """

    def __init__(self, version: str) -> None:
        self._version = version
        self._is_federated = False
        self._loop = asyncio.new_event_loop()
        self._known: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._last: dict[str, str] = {}
        self._sent: Counter[str] = Counter()
        self._uploads: dict[str, bytes] = {}
        self._secrets: dict[str, Any] = {}
        self._open()

    def _open(self) -> None:
        """Start a new server."""
        options = Options(
            service="peertube", peertube_version=self._version, api_secret="root-Password1", job_seconds=10**8
        )
        self._app, self._context = build(options)
        self.control("PUT", "/host", {"host": HOST})

    def close(self) -> None:
        """End the sandbox."""
        self._context.close()
        self._loop.close()

    def control(self, method: str, path: str, body: Any = None, *, of: str = "") -> Any:
        """Use a control endpoint; ``of`` is the only video that it is about."""
        headers = {"host": "localhost:8390", "content-type": "application/json"}
        answer = self.send(
            method,
            f"/_sandbox{path}",
            f"video={of}" if of else "",
            headers,
            b"" if body is None else json.dumps(body).encode(),
        )
        assert answer.status == 200, answer
        return answer.body

    def run(self, entries: list[dict[str, Any]]) -> Iterator[Outcome]:
        """Send all requests."""
        for number, entry in enumerate(entries):
            yield self._exchange(number, entry)

    def _exchange(self, number: int, entry: dict[str, Any]) -> Outcome:
        self._prepare(entry)
        limited = _REQUEST_NUMBER.match(entry.get("note") or "")
        if limited:
            while self._sent[limited[1]] < int(limited[2]) - 1:
                self._sent[limited[1]] += 1
                self._request(number, entry)
            self._sent[limited[1]] += 1
        if "two 6.3.0 servers" in (entry.get("note") or "") and not self._is_federated:
            self._federate()
        if entry["method"] != "GET" and entry["status"] < 300 and "resumable" not in entry["path"]:
            self._finish_if_needed(number, entry)
        answer = self._request(number, entry)
        found = list(_compare(entry, answer))
        if found and entry["method"] == "GET" and entry["status"] == 200:
            answer, found = self._later(number, entry, answer, found)
        self._learn(entry, answer)
        return Outcome(number, entry, found, answer)

    def _finish_if_needed(self, number: int, entry: dict[str, Any]) -> None:
        """End all jobs, if only then the status is the recorded one."""
        wanted = entry["status"]
        is_early = self._status(number, entry, finish=False) != wanted
        if is_early and self._status(number, entry, finish=True) == wanted:
            self.control("POST", "/finish")

    def _status(self, number: int, entry: dict[str, Any], *, finish: bool) -> int:
        """Return the status of a request whose effects are taken back."""
        found = 0
        try:
            with self._context.store.transaction():
                if finish:
                    self.control("POST", "/finish")
                found = self._request(number, entry).status
                raise _NotBetterError
        except _NotBetterError:
            return found

    def _video_of(self, entry: dict[str, Any]) -> str:
        """Return the UUID of the video that a response is about; empty if it is about more."""
        body = entry["response_body"]
        is_video = re.search(r"/videos/[^/]+$", entry["path"]) and isinstance(body, dict) and "uuid" in body
        return self._known.get(body["uuid"], "") if is_video else ""

    def _federate(self) -> None:
        """Begin with a new server, which has HTTPS and knows another one."""
        self._is_federated = True
        self._context.close()
        self._open()
        self.control("PUT", "/federation", {"enabled": True, "hosts": ["other.example"]})
        self.control("POST", "/followers/other.example")

    def _later(self, number: int, entry: dict[str, Any], answer: Answer, found: list[str]) -> tuple[Answer, list[str]]:
        """Return the response after the end of all jobs, if it fits better; else they do not end."""
        for action in (self._wait, lambda: self.control("POST", "/finish", of=self._video_of(entry))):
            try:
                with self._context.store.transaction():
                    action()
                    again = self._request(number, entry)
                    better = list(_compare(entry, again))
                    if len(better) >= len(found):
                        raise _NotBetterError
                    answer, found = again, better
            except _NotBetterError:
                continue
            if not found:
                break
        return answer, found

    def _wait(self) -> None:
        self.control("PUT", "/clock", {"advance": 3})

    def _prepare(self, entry: dict[str, Any]) -> None:
        note = entry.get("note") or ""
        if re.search(r"/videos/[^/]+$", entry["path"]) and entry["method"] == "GET" and "polled" in note:
            self._stream(entry)
        waited = re.search(r"(\d+(\.\d+)?) s(econds)? ?(later)?", note)
        # Those who recorded sent nothing twice at once.
        pause = 3.0 if note == "again" else max(0.3, entry["elapsed_ms"] / 1000)
        seconds = float(waited[1]) if waited else pause
        self.control("PUT", "/clock", {"advance": seconds})
        if note.startswith("expired access token"):
            self.control("PUT", "/clock", {"advance": 15 * 86400})

    def _stream(self, entry: dict[str, Any]) -> None:
        """Begin or end a stream, as those who recorded did with another program."""
        video = entry["response_body"]
        uuid = self._known.get(video.get("uuid"), "")
        if video.get("isLive") and uuid:
            self.control("POST", f"/lives/{uuid}/{'start' if video['state']['id'] == 1 else 'end'}")

    def _request(self, number: int, entry: dict[str, Any]) -> Answer:
        note = entry.get("note") or ""
        limited = "limit" in note and ("address" in note or "request" in note or "(" in note)
        address = re.sub(r"[, ]*request \d+.*", "", note) if limited else str(number)
        headers = {name: value for name, value in entry["request_headers"].items() if name != "content-length"}
        headers["host"] = "other.example" if "Host header" in note else HOST
        headers["x-forwarded-for"] = "API limit" if "limited address" in note else address
        headers |= self._authorization(entry)
        query = urlencode(self._known_in(entry["query"]), doseq=True)
        body, kind = self._body(entry)
        if kind:
            headers["content-type"] = kind
        headers["content-length"] = str(len(body))
        path, _mark, more = str(self._known_in(entry["path"])).partition("?")
        path = re.sub(
            r"(?<=/)(metadata|hls)/(\d+)$", lambda found: f"{found[1]}/{self._files.get(found[2], found[2])}", path
        )
        return self.send(entry["method"], path, more or query, headers, body)

    def _authorization(self, entry: dict[str, Any]) -> dict[str, str]:
        note, answer = entry.get("note") or "", entry["response_body"]
        found = {"x-peertube-otp": self._otp(entry)} if "2FA on, " in note and "no code" not in note else {}
        if entry["role"] != "anonymous":
            return {"authorization": f"Bearer {self._tokens.get(_USERS[entry['role']], 'none')}", **found}
        code = answer.get("code") if isinstance(answer, dict) else None
        if "Basic" in note:
            return {"authorization": "Basic cm9vdDpyb290"}
        if note == "bad token":
            return {"authorization": "Bearer nonsense"}
        is_own = entry["path"].endswith(("/users/me", "/revoke-token"))
        if code == "invalid_token":
            old = "was replaced" in note
            return {"authorization": f"Bearer {self._last['replaced' if old else 'access']}"}
        if is_own and entry["status"] in (200, 204):
            return {"authorization": f"Bearer {self._last['access']}"}
        return found

    def _otp(self, entry: dict[str, Any]) -> str:
        return "000000" if "wrong" in entry["note"] else str(self.control("GET", "/users/bob/secrets")["otp"])

    def send(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send one request as it is."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8390),
        }
        sent: dict[str, Any] = {"body": b""}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                sent["status"], sent["headers"] = message["status"], message["headers"]
            else:
                sent["body"] += message.get("body", b"")

        self._loop.run_until_complete(self._app(scope, receive, send))
        shown = {name.decode().lower(): value.decode() for name, value in sent["headers"]}
        return Answer(sent["status"], shown, sent["body"])

    def _known_in(self, value: Any) -> Any:
        """Return a recorded value with the ids of this sandbox."""
        if isinstance(value, dict):
            return {name: self._known_in(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._known_in(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if value in self._known:
            return self._known[value]
        value = _UUID.sub(lambda found: self._known.get(found[0], found[0]), value)
        for known in set(re.findall(r"[0-9A-Za-z-]{16,}", value)):
            value = value.replace(known, self._known.get(known, known))
        return value

    def _body(self, entry: dict[str, Any]) -> tuple[bytes, str]:
        """Return the body of a request and its type, if it is not the recorded one."""
        recorded = entry["request_body"]
        if recorded is None:
            return b"", ""
        if isinstance(recorded, str):
            return self._bytes(entry, recorded), ""
        if "form" in recorded:
            return urlencode(self._filled(entry, recorded["form"]), doseq=True).encode(), ""
        if "multipart" in recorded:
            return self._multipart(entry, recorded["multipart"])
        return json.dumps(self._filled(entry, recorded)).encode(), ""

    def _bytes(self, entry: dict[str, Any], recorded: str) -> bytes:
        length = re.fullmatch(r"<bytes (\d+)>", recorded)
        if length is None:
            return recorded.encode()
        begin = re.match(r"bytes (\d+)-", entry["request_headers"].get("content-range", ""))
        content = self._uploads.get(str(entry["query"].get("upload_id")), b"")
        offset = int(begin[1]) if begin else 0
        return content[offset : offset + int(length[1])].ljust(int(length[1]), b"\0")

    def _multipart(self, entry: dict[str, Any], fields: dict[str, Any]) -> tuple[bytes, str]:
        parts = []
        for name, value in fields.items():
            file = re.fullmatch(r"<file (\S+) (\d+)>", str(value))
            head = f'Content-Disposition: form-data; name="{name}"'
            if file:
                head += f'; filename="{file[1]}"\r\nContent-Type: {_type(file[1])}'
                content = media.named(file[1], int(file[2]))
            else:
                content = str(self._filled_field(entry, name, value)).encode()
            parts.append(f"--limit\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
        return b"".join(parts) + b"--limit--\r\n", "multipart/form-data; boundary=limit"

    def _filled(self, entry: dict[str, Any], value: Any) -> Any:
        """Return a recorded value with what the recording left out."""
        if isinstance(value, dict):
            return {name: self._filled_field(entry, name, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(entry, inner) for inner in value]
        return self._known_in(value)

    def _filled_field(self, entry: dict[str, Any], name: str, value: Any) -> Any:
        if name == "verificationString" and value == "<verification-string>":
            return self._verification(entry)
        if name == "otpToken" and value != "000000":
            return self._otp({"note": ""})
        if name == "refresh_token" and value == "<refresh-token>":
            used_again = "used a second time" in (entry.get("note") or "")
            return self._last["replaced_refresh" if used_again else "refresh"]
        if isinstance(value, str) and re.fullmatch(r"<[a-z0-9-]+>", value):
            return self._secrets.get(value, value)
        return self._filled(entry, value)

    def _verification(self, entry: dict[str, Any]) -> str:
        number = int(re.findall(r"/(\d+)/", entry["path"])[0])
        which = "reset" if entry["path"].endswith("reset-password") else "verify"
        kind = "registrations" if "/registrations/" in entry["path"] else "users"
        text = str(self.control("GET", f"/secrets/{kind}/{number}").get(which))
        if "second time" in (entry.get("note") or "") and which == "reset":
            return "0" * 64
        return text

    def _learn(self, entry: dict[str, Any], answer: Answer) -> None:
        body = answer.body
        self._learn_from(entry["response_body"], body)
        location = _UPLOAD.search(entry["response_headers"].get("location", ""))
        actual = _UPLOAD.search(answer.headers.get("location", ""))
        if location and actual:
            self._known[location[1]] = actual[1]
            request = entry["request_body"].get("multipart", entry["request_body"])
            size = int(entry["request_headers"]["x-upload-content-length"])
            name = "x.mp4" if "Broken" in request.get("name", "") else request["filename"]
            self._uploads[location[1]] = media.named(name, size)
        if entry["path"].endswith("/users/token") and isinstance(body, dict) and "access_token" in body:
            form = entry["request_body"]["form"]
            self._last["replaced"], self._last["replaced_refresh"] = (
                self._last.get("access", ""),
                self._last.get("refresh", ""),
            )
            self._last["access"], self._last["refresh"] = body["access_token"], body["refresh_token"]
            self._tokens[str(form.get("username", "")).lower()] = body["access_token"]

    def _learn_from(self, expected: Any, found: Any) -> None:
        if isinstance(expected, dict) and isinstance(found, dict):
            if "metadataUrl" in expected and "metadataUrl" in found:
                self._files[str(expected["id"])] = str(found["id"])
            for name in expected.keys() & found.keys():
                if name == "shortUUID":
                    self._known[expected[name]] = found[name]
                self._learn_from(expected[name], found[name])
        elif isinstance(expected, list) and isinstance(found, list):
            for wanted, item in zip(expected, found, strict=False):
                self._learn_from(wanted, item)
        elif isinstance(expected, str) and isinstance(found, str):
            if re.fullmatch(r"<[a-z0-9-]+>", expected):
                self._secrets[expected] = found
            ours, theirs = _UUID.findall(expected), _UUID.findall(found)
            if len(ours) == len(theirs):
                self._known |= {ours[i]: theirs[i] for i in range(len(ours)) if ours[i] not in self._known}


def _type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "text/plain"


def _compare(entry: dict[str, Any], answer: Answer) -> Iterator[str]:
    """Yield how the response differs from the recorded one."""
    recorded = entry["response_headers"]
    if answer.status != entry["status"]:
        yield f"status {entry['status']} expected, {answer.status} found: {answer.content[:300]!r}"
        return
    kind = recorded.get("content-type", "").partition(";")[0]
    if entry["response_body"] is not None and kind != answer.headers.get("content-type", "").partition(";")[0]:
        yield f"content-type {kind!r} expected, {answer.headers.get('content-type')} found"
    for name in _SAME_HEADERS:
        if name in recorded and recorded[name] != answer.headers.get(name):
            yield f"{name} {recorded[name]} expected, {answer.headers.get(name)} found"
    for name in _PRESENT_HEADERS:
        if name in recorded and name not in answer.headers:
            yield f"header {name} missing"
    expected = entry["response_body"]
    if isinstance(expected, str) and re.match(r"<bytes|<\?xml|<", expected):
        return
    yield from differences(expected, answer.body)


def recorded(file: Path) -> list[dict[str, Any]]:
    """Return the exchanges of a file."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
