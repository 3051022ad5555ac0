# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of roles and playbooks, rendered from given variables, as Ansible's ``template`` renders them."""

from __future__ import annotations

import os
from typing import Any

import jinja2

from tests.support.playing import ROOT

#: The filters of Ansible that the pages use.
FILTERS = {"bool": bool, "dirname": os.path.dirname, "expanduser": os.path.expanduser, "relpath": os.path.relpath}


def rendered(template: str, **variables: Any) -> str:
    """Return a page; a variable that is missing is an error.

    Args:
        template: its path in the project.
        variables: all that it uses.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= FILTERS
    return environment.get_template(template).render(**variables)
