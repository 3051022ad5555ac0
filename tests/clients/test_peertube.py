# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of PeerTube from PyPI do their work against the sandbox: `pypeertube`, and `peertube`, which was generated
from a newer description of the API.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.clients.places import PYTHON
from tests.sandbox.peertube.media import mp4

pytestmark = pytest.mark.clients

PASSWORD = "Root-geheim-71"
#: Seconds after which a new channel of a newer server can be deleted.
CHANNEL_AGE = 60


@pytest.fixture(scope="module", params=["6.3", "8.2"])
def server(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    if Path(sys.prefix) != PYTHON.parents[1]:
        pytest.fail("Run make test-clients, which installs the clients that this test needs.")
    words = ("--peertube-version", request.param)
    with SandboxProcess(*words, service="peertube", api_key="root", api_secret=PASSWORD) as running:
        yield running


@pytest.fixture
def fresh(server: SandboxProcess) -> SandboxProcess:
    """The server, with unused rate limits."""
    server.control("PUT", "ratelimit/reset")
    return server


@pytest.fixture
def film(tmp_path: Path) -> str:
    path = tmp_path / "film.mp4"
    path.write_bytes(mp4(2_000))
    return str(path)


def upload(client: Any, channel_id: int, name: str, film: str) -> Any:
    """Upload a public video with `pypeertube`, which reads no video without category and licence."""
    from pypeertube import videos

    return videos.upload_video(
        client,
        channel_id,
        name,
        film,
        category=videos.Category(1),
        licence=videos.Licence(1),
        privacy=videos.Privacy.PUBLIC,
        tags=["one", "two"],
        description="A film",
    )


def test_pypeertube_manages_channels_and_videos(fresh: SandboxProcess, film: str) -> None:
    from pypeertube import channels, videos
    from pypeertube.client import ApiClient

    with ApiClient(fresh.url, "root", PASSWORD) as client:
        channel = channels.create_channel(client, "clips", "Clips", "From the studio")
        assert (channel.name, channel.display_name) == ("clips", "Clips")
        assert {"clips", "root_channel"} <= {one.name for one in channels.get_channels(client)}
        channels.update_channel(client, "clips", display_name="Short films")
        assert channels.get_channel(client, "clips").display_name == "Short films"
        made = upload(client, channel.id, "First", film)
        assert (made.name, videos.get_video(client, made.uuid).id) == ("First", made.id)
        assert [one.uuid for one in videos.get_videos_in_channel(client, "clips")] == [made.uuid]
        fields = inspect.signature(videos.update_video).parameters.values()
        unset = {field.name: None for field in fields if field.kind is field.KEYWORD_ONLY}
        videos.update_video(client, made.uuid, **{**unset, "name": "Renamed"})
        assert videos.get_video(client, made.uuid).name == "Renamed"
        videos.delete_video(client, made.uuid)
        assert videos.get_videos_in_channel(client, "clips") == []
        fresh.advance(CHANNEL_AGE)
        channels.delete_channel(client, "clips")
        assert "clips" not in {one.name for one in channels.get_channels(client)}


# The client reads a property that 6.3 does not have.
@pytest.mark.parametrize("server", ["8.2"], indirect=True)
def test_pypeertube_manages_playlists_of_a_newer_server(fresh: SandboxProcess, film: str) -> None:
    from pypeertube import channels, playlists
    from pypeertube.client import ApiClient

    with ApiClient(fresh.url, "root", PASSWORD) as client:
        channel = channels.get_channel(client, "root_channel")
        video = upload(client, channel.id, "Listed", film)
        made = playlists.create_playlist(client, channel.id, "Best of", "All of them")
        assert (made.display_name, made.videos) == ("Best of", [])
        playlists.add_video_to_playlist(client, made.id, video.id)
        [element] = playlists.get_videos_in_playlist(client, made.id)
        assert (element.position, element.video.uuid) == (1, video.uuid)
        listed = playlists.get_playlists_in_account(client, "root")
        assert "Best of" in {one.display_name for one in listed}
        playlists.delete_video_from_playlist(client, made.id, element.id)
        assert playlists.get_videos_in_playlist(client, made.id) == []
        # It expects 200, which is not what was recorded: 204.
        is_done(lambda: playlists.update_playlist(client, made.id, display_name="Better"))
        assert playlists.get_playlist(client, made.id).display_name == "Better"
        is_done(lambda: playlists.delete_playlist(client, made.id))
        assert made.id not in {one.id for one in playlists.get_playlists_in_account(client, "root")}


def is_done(work: Callable[[], Any]) -> None:
    """Check that the client takes a 204 for an error."""
    with pytest.raises(Exception, match="204"):
        work()


def test_peertube_manages_channels_and_playlists(fresh: SandboxProcess) -> None:
    import requests
    from peertube import AuthenticatedClient, Client
    from peertube.api.my_user import get_user_info
    from peertube.api.session import get_o_auth_client, revoke_o_auth_token
    from peertube.api.video_channels import (
        add_video_channel,
        del_video_channel,
        get_video_channel,
        get_video_channels,
        put_video_channel,
    )
    from peertube.api.video_playlists import add_playlist, get_playlists
    from peertube.models.add_playlist_body import AddPlaylistBody
    from peertube.models.video_channel_create import VideoChannelCreate
    from peertube.models.video_channel_update import VideoChannelUpdate
    from peertube.models.video_playlist_privacy_set import VideoPlaylistPrivacySet

    oauth = get_o_auth_client.sync(client=Client(base_url=fresh.url))
    form = {"client_id": oauth.client_id, "client_secret": oauth.client_secret, "grant_type": "password"}
    user = {"username": "root", "password": PASSWORD}
    token = requests.post(f"{fresh.url}/api/v1/users/token", data={**form, **user}, timeout=10).json()["access_token"]
    client = AuthenticatedClient(base_url=fresh.url, token=token, raise_on_unexpected_status=True)
    assert plain(get_user_info.sync(client=client))["username"] == "root"
    name = f"films{int(time.time())}"
    body = VideoChannelCreate(name=name, display_name="Films", description="From the studio")
    made = plain(add_video_channel.sync(client=client, body=body))["videoChannel"]
    assert plain(get_video_channel.sync(name, client=client))["id"] == made["id"]
    put_video_channel.sync_detailed(name, client=client, body=VideoChannelUpdate(display_name="Movies"))
    assert plain(get_video_channel.sync(name, client=client))["displayName"] == "Movies"
    listed = plain(get_video_channels.sync(client=client))["data"]
    assert name in {plain(one)["name"] for one in listed}
    wanted = AddPlaylistBody(display_name="Best of", privacy=VideoPlaylistPrivacySet(1), video_channel_id=made["id"])
    number = plain(add_playlist.sync(client=client, body=wanted))["videoPlaylist"]["id"]
    assert number in {plain(one)["id"] for one in plain(get_playlists.sync(client=client))["data"]}
    fresh.advance(CHANNEL_AGE)
    assert del_video_channel.sync_detailed(name, client=client).status_code == 204
    assert revoke_o_auth_token.sync_detailed(client=client).status_code == 200


def plain(found: Any) -> Any:
    """Return a model as a dictionary; some responses are dictionaries already."""
    return found.to_dict() if hasattr(found, "to_dict") else found
