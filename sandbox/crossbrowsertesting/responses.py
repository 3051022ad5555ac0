# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of responses: JSON, or JSONP; and of errors."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query
from fastapi.responses import JSONResponse, Response

from sandbox import call
from sandbox.errors import ApiError

CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]*")


class WantedForm(NamedTuple):
    """The form that a request asks for: ``json``, or ``jsonp`` with the name of a function."""

    name: str
    callback: str


def _form(name: Annotated[str, Query(alias="format")] = "json", callback: str = "callback") -> WantedForm:
    if name not in ("json", "jsonp") or not CALLBACK.fullmatch(callback):
        raise ApiError(400, "invalid", "format is json or jsonp, and callback the name of a function.")
    return WantedForm(name, callback)


Format = Annotated[WantedForm, Depends(_form)]
"""What a handler declares to get the wanted form."""


def shown(form: WantedForm, data: Any) -> Response:
    """Return a response in the wanted form."""
    if form.name == "jsonp":
        return Response(f"{form.callback}({json.dumps(data)});", media_type="application/javascript")
    return JSONResponse(data)


def refuse(error: ApiError) -> call.Response:
    """Return the response of a refusal."""
    response = call.Response.of(error.status, {"status": error.status, "message": str(error)}, error.headers)
    if error.status == 401:
        response.set_header("WWW-Authenticate", 'Basic realm="crossbrowsertesting"')
    return response
