# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of a call, worded so that a person can act on them.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import printable


class ToolkitError(Exception):
    """A failure that is shown to the user as one message, without a traceback.

    Args:
        kind: a stable word for playbooks to branch on, such as ``outcome_unknown``.
        message: what happened, naming the thing and the call; terminal control sequences are removed.
        hint: the next step for a person.
        facts: more keys for the task's result, such as ``job`` or ``validations``.
    """

    def __init__(self, kind: str, message: str, *, hint: str = "", **facts: Any) -> None:
        super().__init__(printable(message))
        self.kind = kind
        self.message = printable(message)
        self.hint = hint
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.message} {printable(self.hint)}".rstrip()

    def as_result(self) -> dict[str, Any]:
        """Return the result of the failed task: ``msg``, ``error`` and the facts."""
        error: dict[str, Any] = {"kind": self.kind, "status": None, "code": None, "text": None, "validation_errors": []}
        return {"msg": str(self), "error": error, **self.facts}


class ApiError(ToolkitError):
    """A call that failed.

    Args:
        kind: what the status means (`failures`), or ``connection``, ``tls``, ``protocol``, ``outcome_unknown``.
        call: the method and the path without its query, which may hold a secret: ``GET /v2/accounts``.
        message: what happened, without the call.
        status: the HTTP status, None without a response.
        code: the API's error code, which is stable.
        text: the API's error text, which is not.
        validation_errors: the API's complaints about single properties, each with a code and a text.
    """

    def __init__(
        self,
        kind: str,
        call: str,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        text: str | None = None,
        validation_errors: list[dict[str, Any]] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(kind, f"{call}: {message}", hint=hint)
        self.call = call
        self.status = status
        self.code = code
        self.text = text
        self.validation_errors = validation_errors or []

    def as_result(self) -> dict[str, Any]:
        """Return the result of the failed task, including what the API said."""
        result = super().as_result()
        result["error"].update(
            status=self.status, code=self.code, text=self.text, validation_errors=self.validation_errors
        )
        return result


class OutcomeUnknown(ApiError):
    """A write was sent, but its response is lost or inconclusive: it may or may not have been carried out."""

    def __init__(self, call: str, message: str, *, status: int | None = None) -> None:
        super().__init__("outcome_unknown", call, message, status=status)


class ConnectionFailed(ApiError):
    """Nothing was sent: the name did not resolve, or the connection, its tunnel or its TLS handshake failed.

    Attributes:
        permanent: whether a retry can't help, as with a certificate that is not trusted.
    """

    def __init__(self, kind: str, call: str, message: str, *, permanent: bool, hint: str = "") -> None:
        super().__init__(kind, call, message, hint=hint)
        self.permanent = permanent

    def tried_for(self, seconds: float) -> None:
        """Add to the message for how long the connection was tried."""
        self.message = f"{self.message.rstrip('.')} (tried for {seconds:.0f} s)."


class NoResponse(ApiError):
    """The request was sent, at least in part, and no complete response arrived."""

    def __init__(self, call: str, message: str, *, kind: str = "connection", hint: str = "") -> None:
        super().__init__(kind, call, message, hint=hint)


class Damaged(NoResponse):
    """A response arrived that can't be read, or is not of the requested kind."""

    def __init__(self, call: str, message: str, *, hint: str = "") -> None:
        super().__init__(call, message, kind="protocol", hint=hint)
