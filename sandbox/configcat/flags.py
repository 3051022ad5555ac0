# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings; those with boolean values are feature flags."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from sandbox.clock import iso
from sandbox.configcat import audit, configs, environments, organizations, prerequisites, tags
from sandbox.configcat.bodies import Id, Int64, Model, Name, Order, Text, with_position
from sandbox.configcat.json_patch import Operation, patched
from sandbox.configcat.preferences import check_hint
from sandbox.configcat.responses import Resource, Shown, nothing, wrong
from sandbox.configcat.stored_values import FIRST_VALUES, check_value, copy_value, write_first_value
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Int32
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS flags (
    setting_id INTEGER PRIMARY KEY AUTOINCREMENT,
    config_id TEXT NOT NULL REFERENCES configs (config_id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    hint TEXT,
    type TEXT NOT NULL,
    position INTEGER NOT NULL,
    created_at REAL NOT NULL,
    deleted_at REAL
);
CREATE UNIQUE INDEX IF NOT EXISTS flags_key ON flags (config_id, key) WHERE deleted_at IS NULL;
CREATE TABLE IF NOT EXISTS flag_tags (
    flag_tag_id INTEGER PRIMARY KEY AUTOINCREMENT,
    setting_id INTEGER NOT NULL REFERENCES flags (setting_id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (tag_id) ON DELETE CASCADE,
    UNIQUE (setting_id, tag_id)
);
"""


router = APIRouter()

Read = TypeVar("Read", bound=Model)


class InitialValue(Model):
    """The initial value of a setting in one environment."""

    environment_id: Id
    value: Any = None


class CreateSetting(Model):
    """A new setting."""

    key: str = Field(min_length=1, max_length=255)
    name: Name
    hint: Text | None = None
    order: Order | None = None
    setting_type: Literal["boolean", "string", "int", "double"]
    tags: list[Int64] | None = None
    initial_values: list[InitialValue] | None = None
    setting_id_to_init_from: Int32 | None = None


class ReplaceSetting(Model):
    """What a setting has from now on, apart from what can't change; what is left out is reset."""

    name: Name
    hint: Text | None = None
    tags: list[Int64] | None = None
    order: Order | None = None


class Metadata(Model):
    """Changes of a setting."""

    name: Name
    hint: Text | None
    tags: list[Int64]


@router.get("/configs/{config_id}/settings")
async def list_settings(context: CurrentContext, config_id: Id, show: Shown) -> Response:
    """Return all settings of a config."""
    configs.find(context, config_id)
    return show([flag_shown(context, row) for row in of_config(context, config_id)])


@router.get("/configs/{config_id}/deleted-settings")
async def list_deleted_settings(context: CurrentContext, config_id: Id, show: Shown) -> Response:
    """Return the deleted settings of a config."""
    configs.find(context, config_id)
    sql = "SELECT * FROM flags WHERE config_id = ? AND deleted_at IS NOT NULL ORDER BY deleted_at, setting_id"
    return show([flag_shown(context, row) for row in context.store.all(sql, config_id)])


def of_config(context: Context, config_id: str) -> list[Row]:
    """Return the settings of a config in their order."""
    sql = "SELECT * FROM flags WHERE config_id = ? AND deleted_at IS NULL ORDER BY position, setting_id"
    return context.store.all(sql, config_id)


@router.post("/configs/{config_id}/settings")
async def create_setting(context: CurrentContext, config_id: Id, wanted: CreateSetting, show: Shown) -> Response:
    """Add a setting."""
    config = configs.find(context, config_id)
    present = of_config(context, config_id)
    if any(row["key"] == wanted.key for row in present):
        raise wrong("key", "This key is already in use.")
    check_hint(context, config["product_id"], wanted.hint)
    of_product = [row["environment_id"] for row in environments.of_product(context, config["product_id"])]
    first = dict.fromkeys(of_product, FIRST_VALUES[wanted.setting_type])
    for initial in wanted.initial_values or []:
        if initial.environment_id not in first:
            raise wrong("initialValues", f"There is no environment {initial.environment_id} in this product.")
        check_value(wanted.setting_type, initial.value, "initialValues")
        first[initial.environment_id] = initial.value
    source = _source(context, config_id, wanted)
    position = len(present) if wanted.order is None else wanted.order
    columns = {"key": wanted.key, "name": wanted.name, "hint": wanted.hint, "type": wanted.setting_type}
    with context.store.transaction():
        setting_id = context.store.insert(
            "flags", config_id=config_id, **columns, position=position, created_at=context.clock.now()
        )
        copied = [tag["tag_id"] for tag in tags_of(context, source)] if source else []
        _set_tags(context, setting_id, config, copied if wanted.tags is None else wanted.tags)
        for environment_id, value in first.items():
            if source:
                copy_value(context, source, setting_id, environment_id)
            else:
                write_first_value(context, setting_id, environment_id, value)
        audit.note(context, "settingCreated", wanted.key, config_id=config_id)
    return show(flag_shown(context, find(context, setting_id)), 201)


def _source(context: Context, config_id: str, wanted: CreateSetting) -> int | None:
    """Return the setting of the same config whose values and tags a new one begins with; None if there is none."""
    place = "settingIdToInitFrom"
    if wanted.setting_id_to_init_from is None:
        return None
    if wanted.initial_values is not None:
        raise wrong(place, "Either this or initialValues.")
    source = context.store.one(
        "SELECT * FROM flags WHERE setting_id = ? AND deleted_at IS NULL", wanted.setting_id_to_init_from
    )
    if source is None or source["config_id"] != config_id:
        raise wrong(place, "There is no such setting in this config.")
    if source["type"] != wanted.setting_type:
        raise wrong(place, f"It is of the type {source['type']}.")
    return wanted.setting_id_to_init_from


def _set_tags(context: Context, setting_id: int, config: Row, tag_ids: list[int]) -> None:
    for tag_id in tag_ids:
        tag = context.store.one("SELECT * FROM tags WHERE tag_id = ?", tag_id)
        if tag is None or tag["product_id"] != config["product_id"]:
            raise wrong("tags", f"There is no tag {tag_id} in this product.")
    if len(set(tag_ids)) < len(tag_ids):
        raise wrong("tags", "A tag occurs twice.")
    present = {row["tag_id"] for row in tags_of(context, setting_id)}
    for tag_id in present - set(tag_ids):
        context.store.run("DELETE FROM flag_tags WHERE setting_id = ? AND tag_id = ?", setting_id, tag_id)
    for tag_id in tag_ids:
        if tag_id not in present:
            context.store.insert("flag_tags", setting_id=setting_id, tag_id=tag_id)


@router.get("/settings/{setting_id}")
async def get_setting(context: CurrentContext, setting_id: Int32, show: Shown) -> Response:
    """Return one setting."""
    return show(flag_shown(context, find(context, setting_id)))


@router.put("/settings/{setting_id}")
async def replace_setting(context: CurrentContext, setting_id: Int32, wanted: ReplaceSetting, show: Shown) -> Response:
    """Replace the name, the hint, the tags and the place of a setting."""
    flag = find(context, setting_id)
    columns = with_position({"name": wanted.name, "hint": wanted.hint, "order": wanted.order})
    with context.store.transaction():
        context.store.update("flags", "setting_id", setting_id, **columns)
        _set_tags(context, setting_id, configs.find(context, flag["config_id"]), wanted.tags or [])
        audit.note(context, "settingChanged", flag["key"], config_id=flag["config_id"])
    return show(flag_shown(context, find(context, setting_id)))


@router.patch("/settings/{setting_id}")
async def update_setting(context: CurrentContext, setting_id: Int32, steps: list[Operation], show: Shown) -> Response:
    """Change the name, the hint and the tags of a setting; other properties are fixed."""
    flag = find(context, setting_id)
    tag_ids = [row["tag_id"] for row in tags_of(context, setting_id)]
    before = {"name": flag["name"], "hint": flag["hint"], "tags": tag_ids}
    after = read_patched(Metadata, patched(before, steps))
    config = configs.find(context, flag["config_id"])
    check_hint(context, config["product_id"], after.hint)
    with context.store.transaction():
        context.store.update("flags", "setting_id", setting_id, name=after.name, hint=after.hint)
        _set_tags(context, setting_id, config, after.tags)
        audit.note(context, "settingChanged", flag["key"], config_id=flag["config_id"])
    return show(flag_shown(context, find(context, setting_id)))


def read_patched(kind: type[Read], document: Any) -> Read:
    """Validate a patched document like a request body."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise RequestValidationError([{**found, "loc": ("body", *found["loc"])} for found in error.errors()]) from error


@router.delete("/settings/{setting_id}", status_code=204)
async def delete_setting(context: CurrentContext, setting_id: Int32) -> Response:
    """Delete a setting; it is then listed among the deleted ones."""
    flag = find(context, setting_id)
    prerequisites.check_not_needed(context, flag["config_id"], setting_id)
    with context.store.transaction():
        context.store.update("flags", "setting_id", setting_id, deleted_at=context.clock.now())
        audit.note(context, "settingDeleted", flag["key"], config_id=flag["config_id"])
    return nothing()


@router.get("/tags/{tag_id}/settings")
async def list_tagged(context: CurrentContext, tag_id: Int64, show: Shown) -> Response:
    """Return the settings with a tag."""
    tags.find(context, tag_id)
    sql = """SELECT flags.* FROM flags JOIN flag_tags USING (setting_id) WHERE tag_id = ? AND deleted_at IS NULL
             ORDER BY setting_id"""
    return show([flag_shown(context, row) for row in context.store.all(sql, tag_id)])


def flag_shown(context: Context, row: Row) -> Resource:
    """A setting as it is shown, with its tags."""
    return Resource(
        {
            **_told(row),
            "configId": row["config_id"],
            "configName": configs.find(context, row["config_id"])["name"],
        },
        {"self": f"/v1/settings/{row['setting_id']}"},
        {"tags": [tags.tag_shown(context, tag) for tag in tags_of(context, row["setting_id"])]},
    )


def tags_of(context: Context, setting_id: int) -> list[Row]:
    """Return the tags of a setting, in the order in which they were added."""
    sql = "SELECT tags.*, flag_tag_id FROM tags JOIN flag_tags USING (tag_id) WHERE setting_id = ? ORDER BY flag_tag_id"
    return context.store.all(sql, setting_id)


def flag_data(row: Row) -> dict[str, Any]:
    """A setting as it is shown beside its value."""
    return {
        **_told(row),
        "creatorEmail": organizations.ME["email"],
        "creatorFullName": organizations.ME["fullName"],
        "createdAt": iso(row["created_at"], digits=3),
        "isWatching": False,
    }


def _told(row: Row) -> dict[str, Any]:
    return {
        "settingId": row["setting_id"],
        "key": row["key"],
        "name": row["name"],
        "hint": row["hint"],
        "order": row["position"],
        "settingType": row["type"],
    }


def find_in(context: Context, environment_id: str, setting_id: int) -> tuple[Row, Row]:
    """Return one setting that is not deleted, and an environment of its product, or a 404."""
    environment = environments.find(context, environment_id)
    flag = find(context, setting_id)
    if configs.find(context, flag["config_id"])["product_id"] != environment["product_id"]:
        raise not_found("setting", setting_id)
    return flag, environment


def find(context: Context, setting_id: int) -> Row:
    """Return one setting that is not deleted, or a 404."""
    row = context.store.one("SELECT * FROM flags WHERE setting_id = ? AND deleted_at IS NULL", setting_id)
    if row is None:
        raise not_found("setting", setting_id)
    return row
