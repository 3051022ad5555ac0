# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of an instance: find one by name, and the checks and writes that create, change, block and remove one.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, changes, plain
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import role_number
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import ROLES, USERS_PATH, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import (
    checked_actor_name,
    checked_text,
    null_for_empty,
    with_empty_texts,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, number_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import LARGEST_INTEGER

#: The administrator that every instance has; it can't be blocked or removed, and keeps its role.
ROOT = "root"
ADMINISTRATOR, USER = "administrator", "user"
#: The numbers of the roles by their names.
ROLE_NUMBERS = {name: number for number, name in ROLES.items()}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
#: The lengths of passwords and of reasons, in characters.
PASSWORD_LENGTH, REASON_LENGTH = (6, 255), (3, 250)
#: The properties that a new user can have from the beginning, besides name, password and channel.
FIRST = ("email", "role", "video_quota", "video_quota_daily", "admin_flags")
#: The properties that one request changes.
CHANGEABLE = (*FIRST, "email_verified", "plugin_auth", "password")
#: The texts that may be null, which options and results write as an empty text.
MAY_BE_NULL = ("blocked_reason", "plugin_auth")


def checked_username(option: str, name: str) -> str:
    """Return the name of a user that exists or may be created.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return checked_actor_name(option, name, "user name")


def checked_user(params: dict[str, Any]) -> dict[str, Any]:
    """Return a task's options, after checking all that need no request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    username, *_rest = all_of(
        lambda: checked_username("username", params["username"]),
        lambda: _check_email(params["email"]),
        lambda: _check_password(params),
        lambda: _check_channel(params),
        lambda: _check_quotas(params),
        lambda: _check_block(params),
        lambda: _check_second_factor(params),
        lambda: _check_root(params),
    )
    return {**params, "username": username}


def _check_email(email: str | None) -> None:
    if email is not None and not EMAIL.fullmatch(email):
        raise invalid("email", f"{email!r} is not an e-mail address.")


def _check_password(params: dict[str, Any]) -> None:
    password, is_new_only = params["password"], params["update_password"] == "on_create"
    if password is None:
        if not is_new_only:
            raise invalid("password", "it is required with update_password: always.")
        return
    shortest, longest = PASSWORD_LENGTH
    if not (shortest <= len(password) <= longest or (password == "" and is_new_only)):
        raise invalid("password", f"it has {len(password)} characters, but must have {shortest} to {longest}.")


def _check_channel(params: dict[str, Any]) -> None:
    name = params["channel_name"]
    if name is not None and checked_actor_name("channel_name", name) == params["username"]:
        raise invalid("channel_name", "it must differ from username.")


def _check_quotas(params: dict[str, Any]) -> None:
    for option in ("video_quota", "video_quota_daily"):
        if params[option] is not None:
            check_number(option, params[option], -1, LARGEST_INTEGER)


def _check_block(params: dict[str, Any]) -> None:
    if params["blocked_reason"] is not None and not params["blocked"]:
        raise invalid("blocked_reason", "it requires blocked: true.")
    checked_text("blocked_reason", params["blocked_reason"], *REASON_LENGTH)


def _check_second_factor(params: dict[str, Any]) -> None:
    if params["two_factor_enabled"]:
        raise invalid("two_factor_enabled", "only the user can enable it.")


def _check_root(params: dict[str, Any]) -> None:
    if params["username"] != ROOT:
        return
    if params["state"] == "absent":
        raise invalid("state", f"{ROOT} can't be removed.")
    if params["blocked"]:
        raise invalid("blocked", f"{ROOT} can't be blocked.")
    if params["role"] not in (None, ADMINISTRATOR):
        raise invalid("role", f"{ROOT} is always {ADMINISTRATOR}.")


def user_path(user: Item) -> str:
    """Return the path of a user.

    Raises:
        Unreadable: the user has no readable id.
    """
    return f"{USERS_PATH}/{number_in(user, 'id')}"


def known_user(client: PeerTubeClient, username: str, is_enough: Callable[[Item], bool]) -> Item | Absence:
    """Do the same as `find_user`, unless the user in the list that the tasks of this run share is enough."""
    found = client.shared(USERS_PATH, lambda user: text_in(user, "username") == username)
    shared = shown_user(found) if found else None
    return shared if shared and is_enough(shared) else find_user(client, username)


def find_user(client: PeerTubeClient, username: str) -> Item | Absence:
    """Return the user with this name as `shown_user` does, or the proof that there is none.

    Only administrators and moderators may search for users.

    Raises:
        ToolkitError: ``unproven``.
    """
    # The search finds a part of a name or of an e-mail address, so the names are compared.
    reading = client.reading(USERS_PATH, search=username, sort="id")
    found = client.evidence.find(f"user {username}", reading, "id", lambda user: text_in(user, "username") == username)
    return found if isinstance(found, Absence) else shown_user(found)


def shown_user(user: Item) -> Item:
    """Return a user in the form of options and results: the role is a name, and an empty text stands for null."""
    number = role_number(user)
    role = ROLES.get(number) if number is not None else None
    return with_empty_texts({**user, "role": role}, *MAY_BE_NULL)


def wanted_user(params: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    """Return the desired properties, from the options that `checked_user` returns.

    Raises:
        ToolkitError: ``invalid_option`` if one is missing that a new user must have.
    """
    names = ("username", *CHANGEABLE, "blocked", "blocked_reason", "two_factor_enabled")
    wanted = {name: params[name] for name in names}
    if params["password"] is not None:
        wanted["password"] = Secret(params["password"]) if is_new or params["update_password"] == "always" else None
    if is_new:
        wanted.update(role=params["role"] or USER, channel_name=params["channel_name"])
        for option in ("email", "password"):
            if params[option] is None:
                raise invalid(option, f"it is required, as user {params['username']} does not exist yet.")
    return wanted


def is_as_desired(user: Item, params: dict[str, Any]) -> bool:
    """Return whether nothing about a user has to change."""
    return params["state"] == "present" and not changes(user, wanted_user(params, is_new=False))


def check_changes(client: PeerTubeClient, current: Item | None, wanted: dict[str, Any]) -> None:
    """Refuse changes that the server would accept although it must not, or whose refusal can't be understood.

    Raises:
        ToolkitError: ``forbidden`` or ``conflict``.
    """
    differing = changes(current or {"role": USER}, wanted)
    if "role" in differing:
        _check_may_set_role(client, wanted["username"], wanted["role"])
    if current and "email" in differing:
        _check_email_is_free(client, current, wanted["email"])


def _check_may_set_role(client: PeerTubeClient, username: str, role: str) -> None:
    """Refuse that anyone but an administrator changes a role: the server lets a moderator make administrators."""
    own = client.own_user()
    if own["role"] != ADMINISTRATOR:
        raise ToolkitError(
            "forbidden",
            f"The role of user {username} can't be set to {role}: {own['username']} is not an administrator.",
            hint="Log in as an administrator, or leave role out.",
        )


def _check_email_is_free(client: PeerTubeClient, user: Item, email: str) -> None:
    """Refuse the e-mail address of another user. PeerTube 6.3 reports it as an internal error (500)."""
    for other in client.collection(USERS_PATH, search=email, sort="id"):
        if other.get("email") == email and other.get("id") != user["id"]:
            raise ToolkitError(
                "conflict",
                f"User {other.get('username')} already has the e-mail address {email}.",
                hint="Use another one.",
            )


def create_user(client: PeerTubeClient, wanted: dict[str, Any], absence: Item | Absence) -> Item:
    """Create a user with all desired properties; return those that are known.

    Raises:
        ToolkitError: what stopped the writes, with what was carried out.
    """
    user: Item = {}
    later = {name: wanted[name] for name in ("email_verified", "plugin_auth", "blocked", "blocked_reason")}
    # A new user is not blocked, and has no plugin.
    changed = {name: value for name, value in later.items() if value or (name == "email_verified" and value is False)}
    steps = [Step("user", lambda: user.update(_add(client, plain(wanted), absence)))]
    carry_out([*steps, *user_steps(client, user, changed)])
    told = {name: value for name, value in wanted.items() if value is not None and not isinstance(value, Secret)}
    return {**user, **told}


def _add(client: PeerTubeClient, wanted: dict[str, Any], absence: Item | Absence) -> Item:
    """Create a user, once; return at least the id."""
    find = partial(find_user, client, wanted["username"])
    body = sent({name: wanted[name] for name in ("username", "password", "channel_name", *FIRST)})
    response = client.post_free(USERS_PATH, body, absence if isinstance(absence, Absence) else None, find)
    created = created_in(response, "user")
    if created is not None:
        return {"id": created["id"]}
    seen = found_again(f"User {wanted['username']}", find)
    # It exists because the response was lost, or because another run was faster, perhaps with other properties.
    differing = changes(seen, {name: wanted[name] for name in FIRST})
    client.put(user_path(seen), sent({**differing, "password": wanted["password"] or None}))
    return seen


def sent(properties: dict[str, Any]) -> dict[str, Any]:
    """Return properties as the API takes them. None is not sent; an empty text is null where the API has that."""
    body = {name: value for name, value in properties.items() if value is not None}
    if "role" in body:
        body["role"] = ROLE_NUMBERS[body["role"]]
    result: dict[str, Any] = camel(null_for_empty(body, *MAY_BE_NULL))
    return result


def change_user(client: PeerTubeClient, user: Item, changed: dict[str, Any]) -> Item:
    """Change a user; return the user afterwards.

    Raises:
        ToolkitError: what stopped the writes, with what was carried out.
    """
    carry_out(user_steps(client, user, changed))
    after = {**user, **{name: value for name, value in changed.items() if name != "password"}}
    return after if after["blocked"] else {**after, "blocked_reason": ""}


def user_steps(client: PeerTubeClient, user: Item, changed: dict[str, Any]) -> list[Step]:
    """Return the writes that change a user.

    Args:
        client: sends them.
        user: the user as `shown_user` returns it; its id may be known only when they are carried out.
        changed: the properties to change.
    """
    steps = []
    body = {name: value for name, value in changed.items() if name in CHANGEABLE}
    if body:
        steps.append(Step("user", lambda: client.put(user_path(user), sent(body))))
    if {"blocked", "blocked_reason"} & set(changed):
        steps.append(Step("blocked", partial(_set_blocked, client, user, changed)))
    if "two_factor_enabled" in changed:
        steps.append(Step("two_factor_enabled", partial(_disable_two_factor, client, user)))
    return steps


def _set_blocked(client: PeerTubeClient, user: Item, changed: dict[str, Any]) -> None:
    """Block a user, which without a reason removes the one that the server has; or unblock the user."""
    after = {**user, **changed}
    if after["blocked"]:
        reason = after.get("blocked_reason")
        client.post_again(f"{user_path(user)}/block", {"reason": reason} if reason else None)
    else:
        client.post_again(f"{user_path(user)}/unblock")


def _disable_two_factor(client: PeerTubeClient, user: Item) -> None:
    """Remove the second factor of another user."""
    try:
        client.post_again(f"{user_path(user)}/two-factor/disable", {})
    except ApiError as error:
        # A retry after a response that was lost is refused, as it is disabled already.
        if error.status != 400 or (client.get(user_path(user)) or {}).get("two_factor_enabled") is not False:
            raise


def remove_user(client: PeerTubeClient, user: Item) -> None:
    """Remove a user with the channels, videos and playlists."""
    client.delete(user_path(user))
