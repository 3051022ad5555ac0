# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a whole customer: without requests first, then against the API, and predict the orders of a run.

Private to the collection. This is the action ``reseller_hosting_check``. The checks without requests are in
`hosting_mistakes`. For the others it runs the module of each part in check mode, where the part's task would run: in
this process, or on the host of the task.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.given import STILL_ACCEPTED, doubts_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.task import masked
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_mistakes import (
    SECRET_OPTIONS,
    mistakes_across,
    mistakes_in_part,
    placed,
)
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import normalized
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import (
    LOOPS,
    PARTS,
    Part,
    one_part,
    parts_of,
)
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_prediction import Prediction
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_request import fits, request_arguments
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import applied, plain
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Doubt, Mistake, failure
from ansible_collections.reseller.toolkit.plugins.plugin_utils.part_results import CheckInput, PartResults

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "hosting": {"type": "dict", "required": True},
        "openssl": {"type": "str", "default": "openssl"},
    }
}


@dataclass
class CsrFacts:
    """The state of the certificate signing request (CSR) that the role manages.

    Attributes:
        fits: whether it and its key exist, and it has the desired names.
        pem: a similar request if it does not.
        mistakes: the reasons why it could not be created.
    """

    fits: bool = True
    pem: str = ""
    mistakes: list[Mistake] = field(default_factory=list)


class HostingCheck(PartResults):
    """Checks one customer. The action plugin is a subclass."""

    spec = SPEC
    root = "hosting"
    connection = frozenset(connection_options())
    secret_names = SECRET_OPTIONS

    def _checked(self, given: CheckInput, task_vars: dict[str, Any]) -> dict[str, Any]:
        """Return what would be ordered and changed, or every mistake."""
        params, connection, secrets = given.params, given.connection, given.secrets
        hosting, found = normalized(params["hosting"])
        doubts: list[Mistake] = [one for one in found if isinstance(one, Doubt)]
        doubts += [Mistake("options", doubt.message) for doubt in doubts_in(SPEC, given.args)]
        mistakes = [one for one in found if not isinstance(one, Doubt)]
        here = self._connection.transport == "local" and not self._play_context.become
        request = self._signing_request(hosting.get("ssl", {}), params["openssl"], here)
        with applied(self._task_environment()):
            mistakes += self._mistakes(hosting, connection, request, mistakes, here)
        title = f"the hosting of {hosting.get('identifier', 'a customer without an identifier')}; nothing was ordered"
        if mistakes:
            return masked(failure("invalid_hosting", title, [*doubts, *mistakes]), secrets)
        prediction = Prediction(hosting, request_fits=request.fits)
        stopped = self._read(hosting, connection, request, prediction, task_vars)
        if stopped:
            return masked(stopped, secrets)
        if not self._task.check_mode:
            prediction.find_unconfirmed()
        if prediction.mistakes or (doubts and prediction.todo()):
            return masked(failure("invalid_hosting", title, [*doubts, *prediction.mistakes]), secrets)
        result = prediction.as_result()
        result["warnings"] += [f"{doubt} {STILL_ACCEPTED}" for doubt in doubts]
        # The parts' results were masked by their modules.
        shown = masked({name: result[name] for name in ("orders", "warnings")}, secrets)
        return plain({**result, **shown})

    def _mistakes(
        self,
        hosting: dict[str, Any],
        connection: dict[str, Any],
        request: CsrFacts,
        known: list[Mistake],
        here: bool,
    ) -> list[Mistake]:
        """Return the mistakes that need no request. ``known`` are those of values that could not be converted."""
        found = [*request.mistakes]
        for part in parts_of(hosting):
            if part.key == "certificate" and (request.mistakes or (not here and "csr_path" in part.args)):
                # Its files are on another host. The module checks them there.
                continue
            args = {**self._defaults_of(part.module), **connection, **with_request(part, request).args}
            found += mistakes_in_part(part, args)
        found += mistakes_across(hosting)
        # A mistake inside an option makes the module complain about the option too.
        return [one for one in dict.fromkeys(found) if not any(before.place.startswith(one.place) for before in known)]

    def _read(
        self,
        hosting: dict[str, Any],
        connection: dict[str, Any],
        request: CsrFacts,
        prediction: Prediction,
        task_vars: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Let each part predict its changes. Return the failure, if any, that makes further requests useless."""
        for key in PARTS:
            if key in LOOPS and hosting.get(LOOPS[key]):
                prediction.results[key] = [{} for _one in hosting[LOOPS[key]]]
            for part in one_part(
                key, hosting, account_id=prediction.account_id, database_names=prediction.database_names
            ):
                if part.key == "https" and prediction.waits_for_certificate(part):
                    continue
                stopped = self._read_part(part, connection, request, prediction, task_vars)
                if stopped:
                    return stopped
        prediction.find_missing_parents()
        return None

    def _read_part(
        self,
        part: Part,
        connection: dict[str, Any],
        request: CsrFacts,
        prediction: Prediction,
        task_vars: dict[str, Any],
    ) -> dict[str, Any] | None:
        """Let one part predict its changes. Every item of a list that fails is reported."""
        defaults: dict[str, Any] = {**self._defaults_of(part.module), **connection}
        left: Part | None = with_request(part, request)
        while left is not None:
            result = self._result_of(left.module, {**defaults, **left.args}, task_vars)
            if not result.get("failed"):
                prediction.add(part, result)
                return None
            stopped = self._stopped(part.place, result)
            if stopped:
                return stopped
            prediction.failed(part, placed(part, str(result.get("msg")), failed_item(part, result)))
            left = items_left(left, result)
        return None

    def _signing_request(self, ssl: dict[str, Any], openssl: str, here: bool) -> CsrFacts:
        """Return the state of the signing request that the role manages, with a similar one if it must be created."""
        if not all(ssl.get(name) for name in ("key_path", "csr_path", "common_name")):
            return CsrFacts()
        # Modules expand it by HOME, which may not be the home of the user that the connection names.
        expand = os.path.expanduser if here else self._remote_expand_user
        key, csr = (expand(ssl[name]) for name in ("key_path", "csr_path"))
        has_key = os.path.exists(key) if here else self._shell(["test", "-e", key])[0] == 0
        if has_key and fits(self._text_of(csr, here), ssl):
            return CsrFacts()
        found = CsrFacts(fits=False)
        for option, path, is_new in (("key_path", key, not has_key), ("csr_path", csr, True)):
            folder = os.path.dirname(path)
            if is_new and here and not (os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)):
                complaint = f"the folder {folder} does not exist or is not writable."
                found.mistakes.append(Mistake(f"hosting.ssl.{option}", complaint))
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"]
        code, output, complaint = self._shell(
            [openssl, "req", "-new", *(["-key", key] if has_key else new), *request_arguments(ssl)]
        )
        if code:
            last = complaint.strip().splitlines()[-1:] or [f"exit status {code}"]
            place = "hosting.ssl.key_path" if has_key else "hosting.ssl"
            found.mistakes.append(Mistake(place, f"{openssl} can't create the signing request: {last[0]}"))
        return replace(found, pem=output)

    def _text_of(self, path: str, here: bool) -> str:
        if not here:
            return self._shell(["cat", path])[1]
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except (OSError, UnicodeDecodeError):
            return ""

    def _shell(self, words: list[str]) -> tuple[int, str, str]:
        """Run a command on the host of the role's tasks."""
        result = self._low_level_execute_command(shlex.join(words))
        return result["rc"], result["stdout"], result["stderr"]


def with_request(part: Part, request: CsrFacts) -> Part:
    """Return the certificate's part with a signing request like the one that the role will create."""
    if part.key != "certificate" or request.fits:
        return part
    args = {name: value for name, value in part.args.items() if name != "csr_path"}
    return replace(part, args={**args, "csr_content": request.pem})


def failed_item(part: Part, result: dict[str, Any]) -> int | None:
    """Return the index of the item of a part's list that failed, None if the result does not name it."""
    titles = [str(title).partition(":")[0].lower() for title in result.get("failed_writes") or []]
    if not part.items or not part.items.named_by or not titles:
        return None
    names = [str(item.get(part.items.named_by)).strip().lower() for item in part.args[part.items.option]]
    return names.index(titles[0]) if titles[0] in names else None


def items_left(part: Part, result: dict[str, Any]) -> Part | None:
    """Return the part with the items that its module did not attempt, None if it attempted all."""
    left = {str(title).lower() for title in result.get("not_attempted") or []}
    if not part.items or not part.items.named_by or not left:
        return None
    option, named_by = part.items.option, part.items.named_by
    items = [item for item in part.args[option] if str(item.get(named_by)).strip().lower() in left]
    return replace(part, args={**part.args, option: items}) if items and len(items) < len(part.args[option]) else None
