# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every storage does; each implementation is a class of tests that inherits them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Opens the same storage again, as another process does.
Opened = Callable[[], Storage]


class StorageContract:
    """The tests of one implementation, which brings two fixtures.

    - ``opened`` opens a new storage, which is empty at first.
    - ``program`` is the Python code that opens it as ``storage`` in another process.
    """

    def test_what_was_put_is_read_by_everybody(self, opened: Opened) -> None:
        assert opened().get("journal", "a.json") is None
        for durable, content in ((False, b"old"), (True, b"new \xff\0"), (False, b"")):
            opened().put("journal", "a.json", content, durable=durable)
            assert opened().get("journal", "a.json") == content

    def test_namespaces_and_names_are_apart(self, opened: Opened) -> None:
        places = [("a", "1"), ("a", "2"), ("b", "1"), ("a/b", "1"), ("a/b/c", "1")]
        for namespace, name in places:
            opened().put(namespace, name, f"{namespace} {name}".encode())
        assert [opened().get(*place) for place in places] == [" ".join(place).encode() for place in places]
        assert opened().get("a/c", "1") is None

    def test_names_are_listed_with_the_time_of_the_last_write(self, opened: Opened) -> None:
        assert opened().list_names("a") == {}
        opened().put("a", "new", b"1")
        opened().put("a/below", "x", b"1")
        found = opened().list_names("a")
        assert set(found) == {"new", "below"}
        assert all(abs(time.time() - moment) < 60 for moment in found.values())
        opened().put("a", "later", b"1")
        opened().put("a", "new", b"2")
        found = opened().list_names("a")
        assert set(found) == {"new", "below", "later"} and found["new"] >= found["later"]

    def test_removed_entry_is_gone_and_may_be_gone_before(self, opened: Opened) -> None:
        opened().put("a", "1", b"1")
        opened().put("a", "2", b"2")
        for _time in range(2):
            opened().remove("a", "1")
            assert (opened().get("a", "1"), opened().get("a", "2")) == (None, b"2")
        opened().remove("never", "used")

    def test_cleared_namespace_is_gone_with_all_below_it(self, opened: Opened) -> None:
        for namespace in ("a", "a/b", "ab", "c"):
            opened().put(namespace, "1", b"1")
        opened().clear("a")
        opened().clear("never")
        found = {namespace: opened().get(namespace, "1") for namespace in ("a", "a/b", "ab", "c")}
        assert found == {"a": None, "a/b": None, "ab": b"1", "c": b"1"}
        assert opened().list_names("a") == {}

    def test_lock_is_held_by_one(self, opened: Opened) -> None:
        with opened().lock("a", "lock", timeout=0) as waited:
            assert waited is False
            with pytest.raises(LockTimeout), opened().lock("a", "lock", timeout=0.05, interval=0.01):
                pass
            for namespace, name in (("a", "other"), ("b", "lock")):
                with opened().lock(namespace, name, timeout=0) as waited:
                    assert waited is False
        with opened().lock("a", "lock", timeout=0) as waited:
            assert waited is False

    def test_error_under_a_lock_passes_and_frees_it(self, opened: Opened) -> None:
        with pytest.raises(KeyError), opened().lock("a", "lock", timeout=0):
            raise KeyError
        with opened().lock("a", "lock", timeout=0):
            pass

    def test_lock_that_was_waited_for_says_so(self, opened: Opened) -> None:
        held = opened().lock("a", "lock", timeout=0)
        held.__enter__()
        threading.Timer(0.1, lambda: held.__exit__(None, None, None)).start()
        with opened().lock("a", "lock", timeout=60, interval=0.01) as waited:
            assert waited is True

    def test_lock_of_a_killed_process_is_free(self, opened: Opened, program: str) -> None:
        code = (
            program
            + """
with storage.lock("a", "lock", timeout=0):
    print("held", flush=True)
    input()
"""
        )
        with subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            assert holder.stdout is not None and holder.stdout.readline() == "held\n"
            with pytest.raises(LockTimeout), opened().lock("a", "lock", timeout=0):
                pass
            holder.kill()
        with opened().lock("a", "lock", timeout=60) as _waited:
            pass

    def test_entry_under_the_lock_of_its_name_is_changed_by_one_after_the_other(self, opened: Opened) -> None:
        def add() -> None:
            storage = opened()
            for _time in range(20):
                with storage.lock("a", "count", timeout=60, interval=0.001):
                    count = int(storage.get("a", "count") or b"0")
                    storage.put("a", "count", str(count + 1).encode())

        threads = [threading.Thread(target=add) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert opened().get("a", "count") == b"80"

    def test_shorter_content_under_the_lock_leaves_nothing_of_the_longer_one(self, opened: Opened) -> None:
        storage = opened()
        with storage.lock("a", "1", timeout=0):
            for content in (b"longer", b"short"):
                storage.put("a", "1", content)
        assert opened().get("a", "1") == b"short"

    def test_removed_lock_can_be_taken_again(self, opened: Opened) -> None:
        with opened().lock("a", "1.lock", timeout=0):
            opened().remove("a", "1.lock")
        with opened().lock("a", "1.lock", timeout=0) as waited:
            assert waited is False

    def test_place_tells_entries_apart(self, opened: Opened) -> None:
        places = {opened().place(*place) for place in (("a", "1"), ("a", "2"), ("b", "1"), ("a",), ("b",))}
        assert len(places) == 5

    def test_nothing_is_found_wrong_with_what_was_just_made(self, opened: Opened) -> None:
        opened().put("a", "1", b"1")
        for place in (("a", "1"), ("a", "none"), ("a",), ("none",), ("",)):
            assert opened().findings(*place) == []


class TestFileStorage(StorageContract):
    """Files."""

    @pytest.fixture
    def opened(self, tmp_path: Path) -> Opened:
        return lambda: FileStorage(str(tmp_path / "state"))

    @pytest.fixture
    def program(self, tmp_path: Path) -> str:
        return f"""
from {FileStorage.__module__} import FileStorage
storage = FileStorage({str(tmp_path / "state")!r})
"""

    def test_file_that_is_no_regular_one_is_not_opened(self, opened: Opened, tmp_path: Path) -> None:
        """Opening a pipe would wait for its other end."""
        opened().put("a", "1", b"1")
        os.mkfifo(tmp_path / "state/a/pipe")
        (tmp_path / "state/a/link").symlink_to(tmp_path / "state/a/1")
        for name in ("pipe", "link"):
            with pytest.raises(OSError, match="it is no regular file"):
                opened().get("a", name)

    def test_write_under_the_lock_of_the_same_name_keeps_the_lock(self, opened: Opened) -> None:
        storage = opened()
        with storage.lock("a", "1", timeout=0):
            storage.put("a", "1", b"1")
            with pytest.raises(LockTimeout), opened().lock("a", "1", timeout=0):
                pass


def test_json_that_says_nothing_or_is_too_deep_is_no_value() -> None:
    assert json_in(None) is None
    assert json_in(json_content({"a": [1, None]})) == {"a": [1, None]}
    for content, why in (
        (b"null", "holds nothing"),
        (b"[" * 200_000, "nested too deeply"),
        (b"{", "Expecting"),
        (b"", "Expecting"),
        (b"\xff", "utf-8"),
    ):
        with pytest.raises(ValueError, match=why):
            json_in(content)


def test_fingerprint_is_short_and_stays_the_same() -> None:
    # Names entries that earlier versions wrote: the first 16 digits of SHA-256 ("abc" is a vector of FIPS 180-2).
    assert fingerprint("abc") == "ba7816bf8f01cfea"
