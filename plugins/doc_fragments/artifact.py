# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that make files for money."""

from __future__ import annotations


class ModuleDocFragment:
    """The file, and when to make it again."""

    DOCUMENTATION = r"""
options:
  dest:
    description:
      - The file to write. It is replaced as a whole, and only when the content differs. Its folder must exist.
      - An existing file keeps its permissions; a new one is readable by all users of the machine.
    type: path
    required: true
  max_age:
    description:
      - For how long a file is good enough, in seconds. If it was made from the same options less than this time ago,
        and was not changed since, it is kept without a call, so that another run costs nothing.
      - By default each run makes it again. O(state_dir) remembers when it was made.
    type: float
    default: 0
  on_doubt:
    description:
      - What to do if an earlier run sent the same call for the same file, and its outcome is unknown. Each call may
        cost credits, and is never resent in the same run.
      - With V(fail) the task fails and says when it was sent.
      - With V(resend) it is sent again. Use it only after you have checked the credits in the service's dashboard.
    type: str
    choices: [fail, resend]
    default: fail
attributes:
  check_mode:
    support: partial
    details:
      - Calls nothing that costs credits. Unless O(max_age) keeps the file, it reports a change, with the warning that
        nothing was called.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - A change is reported when the content of the file changed, which depends on the page.
"""
