# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Videos: compare one with what is desired, upload, change and remove it, and wait until it is published.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, changes, plain
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.captions import Captions, checked_captions
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.jobs import Waiting
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.local_files import LocalFile
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.pictures import read_picture
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.resumable_upload import (
    ResumableUpload,
    UploadEnded,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.thumbnails import Thumbnail
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_parts import (
    chapters_of,
    checked_chapters,
    checked_passwords,
    passwords_of,
    set_chapters,
    set_passwords,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_search import VideoSearch, video_path
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_states import with_final_state
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_uploads import (
    found_later,
    upload_once,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_values import (
    PROTECTED,
    checked_properties,
    has_label,
    listed_of,
    numbered,
    to_send,
    video_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The lists with the labels of properties that are numbers.
LABELS = {"category": "/videos/categories", "licence": "/videos/licences"}


class Desired(NamedTuple):
    """What a task wants of a video; None for what may be as it is.

    Attributes:
        properties: from `checked_properties`.
        chapters: all of them.
        captions: by language.
        passwords: all of them.
        thumbnail: the picture.
    """

    properties: dict[str, Any]
    chapters: list[dict[str, Any]] | None
    captions: dict[str, FilePart] | None
    passwords: list[str] | None
    thumbnail: FilePart | None


def checked_desired(params: dict[str, Any]) -> Desired:
    """Return what the options want.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return Desired(
        *all_of(
            lambda: checked_properties(params),
            lambda: if_given(params["chapters"], checked_chapters),
            lambda: if_given(params["captions"], checked_captions),
            lambda: if_given(params["passwords"], checked_passwords),
            lambda: read_picture("thumbnail", params["thumbnail"]),
        )
    )


class Video:
    """The video of one task.

    Args:
        task: its options, and whether this is check mode.
        client: sends the requests.
        search: finds the video.
        upload: uploads it.
        desired: what the task wants.
    """

    def __init__(
        self, task: Task, client: PeerTubeClient, search: VideoSearch, upload: ResumableUpload, desired: Desired
    ) -> None:
        self._task = task
        self._params = task.params
        self._client = client
        self._search = search
        self._upload = upload
        self._desired = desired
        self._thumbnail = Thumbnail(task, client, video_path, "thumbnailfile", "previewfile", file=desired.thumbnail)

    def current(self, item: Item) -> dict[str, Any]:
        """Return the video as a result shows it, with those of its parts that the task wants.

        Raises:
            Unreadable: the server shows something else.
        """
        shown, path = video_of(item), video_path(item["uuid"])
        if self._desired.chapters is not None:
            shown["chapters"] = chapters_of(self._client, path)
        if self._desired.captions is not None:
            shown["captions"] = self._captions(path).current()
        return shown

    def is_listed_as_desired(self, listed: Item) -> bool:
        """Return whether a video is as the task wants it, and a list shows all that it wants.

        Args:
            listed: the video as the list shows it.

        Raises:
            Unreadable: the list shows something else.
        """
        desired, shown = self._desired, listed_of(listed)
        wanted = {**desired.properties, "channel": self._params["channel"], "chapters": desired.chapters}
        for option in LABELS:
            if wanted[option] and has_label(listed, option, wanted[option]):
                wanted[option] = shown[option]
        if desired.thumbnail and self._thumbnail.current(listed) != self._thumbnail.wanted:
            return False
        return desired.captions is None and desired.passwords is None and not changes(shown, wanted)

    def wanted(self, item: Item | None, current: dict[str, Any]) -> dict[str, Any]:
        """Return the desired properties in the form of `current`.

        Args:
            item: the video as the server shows it; None if it does not exist.
            current: from `current`; an empty dictionary if it does not exist.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        desired = self._desired
        wanted = {**desired.properties, "channel": self._params["channel"], "chapters": desired.chapters}
        for option, path in LABELS.items():
            wanted[option] = self._number(option, wanted[option], path, item)
        if desired.captions is not None:
            captions = self._captions(video_path(current["uuid"]) if current else "")
            wanted["captions"] = captions.desired(current.get("captions", {}))
        wanted["passwords"] = self._passwords(wanted["privacy"], current)
        if desired.thumbnail:
            is_same = item is not None and self._thumbnail.current(item) == self._thumbnail.wanted
            wanted["thumbnail"] = None if is_same else Secret("thumbnail")
        return wanted

    def create(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Upload the video and give it its parts; return it for the result.

        Args:
            wanted: from `wanted`.

        Raises:
            ToolkitError: the upload failed, and the next run resumes it; or the state of the upload is unknown.
        """
        remembered, before = self._search.remembered, self._search.known_uuid()
        recovered = uploaded = False
        with self._upload.turn() as waited:
            another_was_here = waited or self._search.known_uuid() != before
            found = self._search.find() if another_was_here else None
            if found is None or isinstance(found, Absence):
                made = upload_once(
                    self._upload,
                    LocalFile.at(self._params["path"]),
                    self._new_fields(wanted),
                    self._search.find_in_list,
                    settle_time=self._params["settle_time"],
                )
                uuid, recovered, uploaded = made.uuid, made.recovered, True
                if made.of_former_file:
                    self._task.warn(f"{self._search.title} has the former content of {self._params['path']}.")
                remembered.remember(self._search.key, uuid, wanted["name"])
                self._upload.forget()
            else:
                uuid = found["uuid"]
        item = self._search.read(uuid)
        if item is None:
            raise ToolkitError("conflict", f"{self._search.title} was removed at once.", hint="Run the task again.")
        current = self.current(item)
        differing = changes(current, self.wanted(item, current))
        try:
            self.update(current, plain(differing))
        except ToolkitError as error:
            error.facts["changed"] = True
            raise
        shown = {name: value for name, value in differing.items() if not isinstance(value, Secret)}
        return {"video": {**current, **shown}, "changed": uploaded or bool(differing), "recovered": recovered}

    def update(self, current: dict[str, Any], changed: dict[str, Any]) -> None:
        """Change the video.

        Args:
            current: from `current`.
            changed: the properties to change.

        Raises:
            ToolkitError: a write failed; the error lists which were carried out.
        """
        client, path = self._client, video_path(current["uuid"])
        body = to_send({name: value for name, value in changed.items() if name in self._desired.properties})
        if "channel" in changed:
            body["channelId"] = self._search.channel_id(changed["channel"])
        if changed.get("privacy") == PROTECTED and "passwords" in changed:
            body["videoPasswords"] = changed["passwords"]
        steps = [Step("video", partial(client.put, path, body))] if body else []
        if "passwords" in changed and "videoPasswords" not in body:
            steps.append(Step("passwords", partial(set_passwords, client, path, changed["passwords"])))
        if "chapters" in changed:
            steps.append(Step("chapters", partial(set_chapters, client, path, changed["chapters"])))
        if "captions" in changed:
            write = partial(self._captions(path).write, current["captions"], changed["captions"])
            steps.append(Step("captions", write))
        if "thumbnail" in changed:
            steps.append(Step("thumbnail", partial(self._set_thumbnail, current)))
        carry_out(steps)

    def remove(self, current: dict[str, Any]) -> None:
        """Remove the video."""
        self._client.delete(video_path(current["uuid"]))
        self._search.remembered.forget(current["uuid"])
        self._upload.forget()

    def was_uploading(self) -> bool:
        """Forget the upload of a video that was found; return whether it may have made the video."""
        progress = self._upload.progress()
        if progress:
            self._upload.forget()
        return progress is not None and progress.may_be_complete

    def remove_upload(self) -> bool:
        """Remove what an interrupted upload left, also if it has become a video; return whether there was one."""
        progress = self._upload.progress()
        if progress is None or self._task.check_mode:
            return progress is not None
        with self._upload.turn():
            try:
                if progress.may_be_complete:
                    self._upload.ask()
            except UploadEnded:
                found = found_later(self._search.find_in_list, self._params["settle_time"])
                if not isinstance(found, Absence):
                    self.remove(found)
            self._upload.cancel()
        return True

    def published(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Return the video, as the result shows it, once its state no longer is one that ends by itself.

        Raises:
            ToolkitError: ``job_timeout``, or ``provisioning_failed`` if the server could not transcode it.
        """
        waiting = Waiting(*(self._params[name] for name in Waiting._fields))
        return with_final_state(self._search.title, shown, partial(self._search.read, shown["uuid"]), waiting)

    def _new_fields(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of an upload; what is empty need not be sent."""
        given = {name: wanted[name] for name in self._desired.properties if wanted[name] not in (None, "", [], {})}
        fields = {"channelId": self._search.channel_id(self._params["channel"]), **to_send(given)}
        if isinstance(wanted["passwords"], Secret):
            fields["videoPasswords"] = wanted["passwords"].value
        if self._params["wait_transcoding"] is not None:
            fields["waitTranscoding"] = self._params["wait_transcoding"]
        return fields

    def _number(self, option: str, wanted: str | None, path: str, item: Item | None) -> str | None:
        """Return the number of a category or a licence."""
        if not wanted or wanted.isdigit():
            return wanted
        if item and has_label(item, option, wanted):
            return str(item[option]["id"])
        return numbered(option, wanted, self._client.existing(path))

    def _passwords(self, privacy: str | None, current: dict[str, Any]) -> Secret | None:
        """Return the desired passwords if they differ from the current ones.

        Args:
            privacy: the desired privacy.
            current: from `current`.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        passwords, before = self._desired.passwords, current.get("privacy")
        if passwords is None:
            if privacy == PROTECTED and before != PROTECTED:
                raise invalid("passwords", f"they are required for a video that becomes {PROTECTED}.")
            return None
        if (privacy or before) != PROTECTED:
            raise invalid("passwords", f"only a video whose privacy is {PROTECTED} has some.")
        if before == PROTECTED:
            path = video_path(current["uuid"])
            return None if passwords_of(self._task, self._client, path) == set(passwords) else Secret(passwords)
        return Secret(passwords)

    def _captions(self, path: str) -> Captions:
        return Captions(self._client, path, self._desired.captions or {}, purge=self._params["purge_captions"])

    def _set_thumbnail(self, current: dict[str, Any]) -> None:
        """Upload the picture, also as the preview."""
        self._client.rest.request("PUT", video_path(current["uuid"]), files=self._thumbnail.files)
        self._thumbnail.remember(current)
