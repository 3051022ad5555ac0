# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences of products, and what they require of later requests."""

from __future__ import annotations

from uuid import uuid4

from tests.support.configcat import Client, Shop, errors, read


def test_preferences_stay_unless_given(api: Client, shop: Shop) -> None:
    path = f"/products/{shop.product}/preferences"
    first = api.get(path)
    production = {"environmentId": shop.environment, "environmentName": "Production", "reasonRequired": False}
    assert first == {
        "reasonRequired": False,
        "keyGenerationMode": "camelCase",
        "showVariationId": False,
        "mandatorySettingHint": False,
        "reasonRequiredEnvironments": [production],
    }
    changed = read(api.call("POST", path, {"keyGenerationMode": "kebabCase", "showVariationId": None}))
    assert changed == {**first, "keyGenerationMode": "kebabCase"} == api.get(path)
    wanted = [{"environmentId": shop.environment, "reasonRequired": True}]
    changed = read(api.call("POST", path, {"reasonRequiredEnvironments": wanted}))
    assert changed["reasonRequiredEnvironments"] == [{**production, "reasonRequired": True}]
    assert api.get(f"/environments/{shop.environment}")["reasonRequired"] is True
    other = [{"environmentId": str(uuid4()), "reasonRequired": True}]
    assert "reasonRequiredEnvironments" in errors(api.call("POST", path, {"reasonRequiredEnvironments": other}))
    assert "keyGenerationMode" in errors(api.call("POST", path, {"keyGenerationMode": "snakeCase"}))
    assert api.get(path) == changed
    assert api.call("GET", f"/products/{uuid4()}/preferences").status_code == 404


def test_required_reason_and_hint(api: Client, shop: Shop) -> None:
    flag = shop.flag()
    path = f"/products/{shop.product}/preferences"
    for where in (
        {"reasonRequired": True},
        {
            "reasonRequired": False,
            "reasonRequiredEnvironments": [{"environmentId": shop.environment, "reasonRequired": True}],
        },
    ):
        read(api.call("POST", path, where))
        assert "reason" in errors(api.call("PUT", shop.value_path(flag), {"value": True}))
        assert "reason" in errors(api.call("PUT", shop.value_path(flag), {"value": True}, params={"reason": " "}))
        read(api.call("PUT", shop.value_path(flag), {"value": True}, params={"reason": "Agreed"}))
    read(api.call("POST", path, {"mandatorySettingHint": True}))
    settings, wanted = f"/configs/{shop.config}/settings", {"key": "a", "name": "A", "settingType": "boolean"}
    assert "hint" in errors(api.call("POST", settings, wanted))
    assert "hint" in errors(api.call("POST", settings, {**wanted, "hint": " "}))
    assert "hint" in errors(api.call("PATCH", f"/settings/{flag}", [{"op": "replace", "path": "/name", "value": "B"}]))
    api.make(settings, **wanted, hint="For visitors")
