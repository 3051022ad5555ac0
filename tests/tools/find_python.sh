#!/bin/sh
# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Prints the newest Python from 3.11 on that really starts: a pyenv shim may be found and yet not start.

pyenv_root=$(pyenv root 2>/dev/null)
for version in 3.13 3.12 3.11; do
    for python in "python$version" "$pyenv_root/versions/$version".*/bin/"python$version"; do
        "$python" -c "import venv" 2>/dev/null && echo "$python" && exit 0
    done
done
python3 -c "import sys, venv; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo python3 && exit 0
echo "No Python 3.11 or newer found: install one, or name it with PYTHON=…" >&2
exit 1
