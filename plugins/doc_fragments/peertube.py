# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all PeerTube modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to a PeerTube instance."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - The address of the instance, such as V(https://video.example.com), with or without a trailing V(/api/v1).
        PeerTube refuses to log in under any other name than the one in its configuration. C(http://) is accepted for
        this machine only.
      - The environment variable E(PEERTUBE_API_URL) on the controller is used if this is not set.
    type: str
    required: true
  api_user:
    description:
      - The name or the e-mail address of the user to log in as.
      - Required unless O(api_token) is given.
      - The environment variable E(PEERTUBE_API_USER) on the controller is used if this is not set, also for tasks that
        are delegated to another host.
    type: str
  api_password:
    description:
      - The password of O(api_user).
      - The first task logs in. The tokens of this login are stored in O(state_dir), readable only by its user, and all
        later tasks and plays use and renew them. The password is sent again only when they are no longer valid, because
        PeerTube allows 15 logins in 5 minutes, including successful ones.
      - The environment variable E(PEERTUBE_API_PASSWORD) on the controller is used if this is not set, also for tasks
        that are delegated to another host.
    type: str
  otp:
    description:
      - The current code of the second factor, for a user who has one. It is sent only when the task logs in.
      - The environment variable E(PEERTUBE_OTP) on the controller is used if this is not set, also for tasks that are
        delegated to another host.
    type: str
  api_token:
    description:
      - An access token to use instead of O(api_user) and O(api_password). It is not stored and can't be renewed.
      - The environment variable E(PEERTUBE_API_TOKEN) on the controller is used if this is not set, also for tasks that
        are delegated to another host.
    type: str
notes:
  - Supports PeerTube 6.3 to 8.2. The behavior of 6.3 was recorded from an unmodified server, that of newer versions
    from a derived 8.2 server.
  - PeerTube allows 50 requests in 10 seconds for each address, except for administrators and moderators. Tasks of other
    users, and those with O(api_token), wait when these are used up.
"""

    AVATAR = r"""
options:
  avatar:
    description:
      - A file with the avatar, whose name ends in V(.png), V(.jpg), V(.jpeg), V(.gif) or V(.webp). An empty text
        removes the avatar. The file has at most 8 MiB, and 4 MiB for PeerTube 6.3.
      - The server converts pictures, so they can't be compared with files. A hash of the file is stored in
        O(state_dir); it is uploaded again only if it changes, or if the server shows another picture than that upload.
    type: path
"""

    BANNER = r"""
options:
  banner:
    description: A file with the banner, in the same way as the O(avatar). It should be six times as wide as high.
    type: path
"""
