# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_video`` against the sandbox of both versions."""

from __future__ import annotations

import itertools
import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from sandbox.launcher import SandboxProcess
from tests.integration.conftest import ONE_VERSION
from tests.support.films import film, sha256
from tests.support.peertube import Instance, Person, check_life, check_refused, login_of
from tests.support.playing import Result

UPLOAD = "POST /videos/upload"
_numbers = itertools.count(1)
SRT = "1\n00:00:00,000 --> 00:00:02,000\nBonjour\n"
VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nHello\n"


@pytest.fixture
def person(peertube: SandboxProcess) -> Person:
    return Person(peertube)


@pytest.fixture
def name() -> str:
    """Return the title of a video that no other test uses."""
    return f"Film {next(_numbers)}"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return film(tmp_path / "film.mp4", 20_000)


def video(instance: Instance, name: str | None = None, **options: Any) -> Result:
    given = {"channel": "root_channel", "wait": False, "settle_time": 1.5, **options}
    return instance.run("peertube_video", name=name, **given)


def again(instance: Instance, **options: Any) -> Result:
    return check_life(instance, "peertube_video", channel="root_channel", wait=False, **options)


def test_life_of_a_video(instance: Instance, person: Person, name: str, path: str) -> None:
    properties = {
        "privacy": "public",
        "category": "films",
        "licence": "2",
        "language": "fr",
        "description": "Every scene.\nTwice.",
        "support": "Buy it.",
        "tags": ["summer", "example"],
        "nsfw": True,
        "comments_policy": "requires_approval",
        "download_enabled": False,
        "originally_published_at": "2019-05-05",
    }
    made = again(instance, name=name, path=path, **properties)
    (listed,) = person.videos(name)
    shown = person.json(f"/videos/{listed['uuid']}")
    assert made["video"]["uuid"] == shown["uuid"] and made["recovered"] is False
    assert made.writes == [UPLOAD]
    assert [shown[key]["id"] for key in ("privacy", "category", "licence", "language", "commentsPolicy")] == [
        1, 2, 2, "fr", 3,
    ]  # fmt: skip
    assert (shown["description"], shown["support"]) == ("Every scene.\nTwice.", "Buy it.")
    assert sorted(shown["tags"]) == ["example", "summer"]
    assert shown["nsfw"] is True and shown["downloadEnabled"] is False
    assert shown["originallyPublishedAt"] == "2019-05-05T00:00:00.000Z"
    assert person.stored_hash(shown["uuid"]) == sha256(path)
    unchanged = video(instance, name, **properties)
    assert not unchanged.changed and unchanged.requests == [f"GET /videos/{shown['uuid']}"]
    changed = again(
        instance, name=name, category="", licence="", language="", description="", support="", tags=[], nsfw=False
    )
    assert changed.writes == [f"PUT /videos/{shown['uuid']}"]
    assert set(json.loads(changed.exchanges[-1]["request_body"])) == {
        "category", "licence", "language", "description", "support", "tags", "nsfw",
    }  # fmt: skip
    shown = person.json(f"/videos/{listed['uuid']}")
    assert [shown[key]["id"] for key in ("category", "licence", "language")] == [None] * 3
    assert [shown["description"], shown["support"], shown["tags"]] == [None, None, []]
    predicted = video(instance, name, state="absent", check=True)
    assert predicted.changed and predicted.writes == []
    assert video(instance, name, state="absent").writes == [f"DELETE /videos/{listed['uuid']}"]
    assert not video(instance, name, state="absent").changed
    assert person.videos(name) == []


def test_wait_ends_when_the_video_is_transcoded(instance: Instance, name: str, path: str) -> None:
    made = video(instance, name, path=path, wait=True, poll_min=0.2, wait_transcoding=True)
    assert made["video"]["state"] == "published"
    late = video(instance, name + " late", path=path, wait=True, poll_min=0.2, wait_timeout=0.3)
    assert late.data["error"]["kind"] == "job_timeout" and late["video"]["state"] == "to_transcode"
    assert video(instance, name + " late", wait=True, poll_min=0.2)["video"]["state"] == "published"


def test_parts_of_a_video(instance: Instance, person: Person, name: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "fr.srt").write_bytes(b"\xef\xbb\xbf" + SRT.replace("\n", "\r\n").encode())
    (tmp_path / "en.vtt").write_text(VTT)
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff one")
    files = (("fr", "fr.srt"), ("en", "en.vtt"))
    captions = [{"language": language, "path": str(tmp_path / file)} for language, file in files]
    parts = {
        "captions": captions,
        "chapters": [{"timecode": 2, "title": "Second"}, {"timecode": 0, "title": "First"}],
        "thumbnail": str(tmp_path / "a.jpg"),
    }
    made = again(instance, name=name, path=path, **parts)
    uuid = made["video"]["uuid"]
    at = f"/videos/{uuid}"
    assert made.writes == [UPLOAD, f"PUT {at}/chapters", f"PUT {at}/captions/fr", f"PUT {at}/captions/en", f"PUT {at}"]
    assert person.json(f"{at}/chapters")["chapters"] == [
        {"timecode": 0, "title": "First"},
        {"timecode": 2, "title": "Second"},
    ]
    assert [item["language"]["id"] for item in person.json(f"{at}/captions")["data"]] == ["en", "fr"]
    (tmp_path / "fr.srt").write_text(SRT.replace("Bonjour", "Bonsoir"))
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff other")
    changed = again(instance, name=name, **parts, purge_captions=True)
    assert changed.writes == [f"PUT {at}/captions/fr", f"PUT {at}"]
    # A picture that someone else uploads has another address.
    person.send("PUT", at, files={"thumbnailfile": ("b.jpg", b"\xff\xd8\xff mine")}).raise_for_status()
    assert again(instance, name=name, **parts).writes == [f"PUT {at}"]
    kept = video(instance, name, captions=captions[:1])
    assert not kept.changed and kept["video"]["captions"]["en"] == "not compared"
    purged = again(instance, name=name, captions=captions[:1], purge_captions=True, chapters=[])
    assert purged.writes == [f"PUT {at}/chapters", f"DELETE {at}/captions/en"]


def test_passwords_are_compared_and_never_shown(instance: Instance, person: Person, name: str, path: str) -> None:
    one, other, third = (secrets.token_urlsafe(9) for _number in range(3))
    options: dict[str, Any] = {"name": name, "privacy": "password_protected"}
    made = again(instance, **options, path=path, passwords=[one, other])
    at = f"/videos/{made['video']['uuid']}"
    assert not video(instance, **options, passwords=[other, one]).changed
    changed = again(instance, **options, passwords=[third])
    assert changed.writes == [f"PUT {at}/passwords"]
    assert [item["password"] for item in person.json(f"{at}/passwords")["data"]] == [third]
    opened = again(instance, name=name, privacy="unlisted")
    closed = again(instance, **options, passwords=[one])
    assert closed.writes == [f"PUT {at}"]
    shown = json.dumps([result.data for result in (made, changed, opened, closed)])
    assert [password for password in (one, other, third) if password in shown] == []
    person.write("PUT", at, {"privacy": 3})
    for refused in ({"passwords": [one]}, {"privacy": "password_protected"}):
        check_refused(video(instance, name, **refused), "passwords")


def test_schedule(instance: Instance, person: Person, name: str, path: str) -> None:
    later = {"update_at": "2090-01-01T00:00:00Z"}
    made = again(instance, name=name, path=path, privacy="private", schedule_update=later)
    at = f"/videos/{made['video']['uuid']}"
    assert person.json(at)["scheduledUpdate"] == {"updateAt": "2090-01-01T00:00:00.000Z", "privacy": 1}
    again(instance, name=name, schedule_update={})
    assert "scheduledUpdate" not in person.json(at)
    changed = again(
        instance, name=name, privacy="private", schedule_update={"update_at": "2020-01-01", "privacy": "unlisted"}
    )
    assert changed["diff"]["after"] == {"privacy": "unlisted"}


def test_key_allows_to_rename_and_is_never_sent(instance: Instance, person: Person, name: str, path: str) -> None:
    key = f"key-{secrets.token_hex(8)}"
    made = again(instance, name=name, key=key, path=path)
    renamed = again(instance, name=f"{name} renamed", key=key, path=path)
    assert renamed["video"]["uuid"] == made["video"]["uuid"] and renamed.writes == [
        f"PUT /videos/{made['video']['uuid']}"
    ]
    assert key not in json.dumps(instance.server.exchanges())
    other = video(instance, f"{name} renamed", key=f"{key}2", path=path)
    assert other["video"]["uuid"] != made["video"]["uuid"], "the name belongs to another key"
    assert video(instance, key=key, state="absent").changed
    assert [found["uuid"] for found in person.videos(f"{name} renamed")] == [other["video"]["uuid"]]


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_no_second_upload_whatever_happens_to_the_video(
    instance: Instance, person: Person, name: str, path: str, tmp_path: Path
) -> None:
    kinds: dict[str, tuple[str, str, Any]] = {
        "private": ("PUT", "", {"privacy": 3}),
        "blocked": ("POST", "/blacklist", {"reason": "Look at it."}),
        "renamed": ("PUT", "", {"name": "Another name"}),
        "transcoding": ("PUT", "", {}),
        "short": ("PUT", "", {"description": "A new description"}),
    }
    made = {}
    for kind, (method, below, body) in kinds.items():
        result = video(instance, f"{name} {kind}", path=path, privacy="public", support="Ours", key=f"{name} {kind}")
        made[kind] = result["video"]["uuid"]
        person.write(method, f"/videos/{made[kind]}{below}", body)
    person.write("PUT", "/video-channels/root_channel", {"support": "Bulk text", "bulkVideosSupportUpdate": True})
    for kind, uuid in made.items():
        result = video(instance, f"{name} {kind}", path=path, privacy="public", support="Ours", key=f"{name} {kind}")
        assert (result["video"]["uuid"], UPLOAD in result.writes) == (uuid, False), kind
        # Without what was remembered, by name and channel.
        stranger = Instance(instance.server, tmp_path / f"state {kind}")
        result = video(stranger, f"{name} {kind}", path=path)
        assert (result["video"]["uuid"], result.writes) == (uuid, []), kind
    # A name is remembered as well.
    plain = video(instance, f"{name} plain", path=path)["video"]["uuid"]
    person.write("PUT", f"/videos/{plain}", {"name": "Renamed by a person"})
    assert video(instance, f"{name} plain", path=path)["video"]["uuid"] == plain


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_absence_is_proven_beyond_the_first_page(
    instance: Instance, person: Person, name: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "COUNT", 2)
    first = video(instance, name, path=path)
    for number in range(3):
        person.upload(f"{name} {number}", path)
    stranger = Instance(instance.server, tmp_path / "elsewhere")
    found = video(stranger, name, path=path)
    assert found["video"]["uuid"] == first["video"]["uuid"] and found.writes == []
    assert found.requests.count("GET /users/me/videos") >= 2
    absent = video(stranger, f"{name} more", path=path, check=True)
    pages = [exchange for exchange in absent.exchanges if exchange["path"] == "/api/v1/users/me/videos"]
    assert absent.changed and json.loads(pages[-1]["response_body"])["data"] == []


def test_two_of_one_name_are_an_error(instance: Instance, person: Person, name: str, path: str) -> None:
    for _number in range(2):
        person.upload(name, path)
    refused = video(instance, name, path=path)
    assert refused.error["kind"] == "ambiguous" and refused.writes == []
    (one, _other) = person.videos(name)
    assert not video(instance, uuid=one["uuid"]).changed
    assert video(instance, uuid=one["uuid"], channel=None, state="absent").changed
    assert not video(instance, name, path=path).changed


def test_roles(instance: Instance, name: str, path: str, tmp_path: Path) -> None:
    owner = login_of(user := instance.add_user())
    other = login_of(instance.add_user())
    channel = f"{user}_channel"
    made = video(instance, name, path=path, channel=channel, **owner)
    by_root = video(instance, name, path=path, channel=channel, description="Checked")
    assert by_root["video"]["uuid"] == made["video"]["uuid"] and by_root.changed
    refused = video(instance, name + " new", path=path, channel=channel)
    assert refused.error["kind"] == "not_found" and "only the owner of a channel can add videos" in refused.msg
    stranger = Instance(instance.server, tmp_path / "elsewhere")
    refused = video(stranger, name, path=path, channel=channel, **other)
    assert refused.error["kind"] == "not_found" and refused.writes == []
    missing = video(instance, name, path=path, channel="no_such_channel")
    assert missing.error["status"] == 404 and missing.writes == []


def test_refusals(instance: Instance, name: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "no.vtt").write_text("no captions")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("channel", {"channel": None}),
        ("channel", {"channel": "Films"}),
        ("name", {"name": "ab"}),
        ("uuid", {"uuid": "12"}),
        ("description", {"description": "ab"}),
        ("tags", {"tags": ["aa", "bb", "cc", "dd", "ee", "ff"]}),
        ("tags", {"tags": ["a"]}),
        ("category", {"path": path, "category": "Nothing of this kind"}),
        ("originally_published_at", {"originally_published_at": "yesterday"}),
        ("schedule_update", {"schedule_update": {"privacy": "public"}}),
        ("chapters", {"chapters": [{"timecode": 1, "title": "a"}, {"timecode": 1, "title": "b"}]}),
        ("captions", {"captions": [{"language": "en", "path": str(tmp_path / "no.vtt")}]}),
        ("path", {"path": str(tmp_path / "missing.mp4")}),
        ("path", {}),
        ("passwords", {"path": path, "privacy": "password_protected"}),
        ("chunk_size", {"chunk_size": 65}),
    ]
    for option, options in cases:
        check_refused(video(instance, **{"name": name, **options}), option)
    unknown = video(instance, uuid="66bfaa4f-483e-4174-a80f-318fca72e849", channel=None)
    assert unknown.error["kind"] == "not_found"
    refused = video(instance, name, path=film(tmp_path / "text.txt", 100))
    assert refused.error["status"] == 415
    Path(path).write_bytes(b"this is no video at all")
    for above in (8, 0):
        unreadable = video(instance, name, path=path, resumable_above=above)
        assert unreadable.error["status"] == 422, unreadable.data
    assert video(instance, name, path=film(Path(path), 500), resumable_above=0)["recovered"] is False
