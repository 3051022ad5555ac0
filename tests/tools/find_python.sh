#!/bin/sh
# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Prints the first Python of the given versions that really starts and can make environments: a pyenv shim may be found
# and yet not start, and Debian has venv in a package of its own. By default it takes that of .ci/run, 3.13, and then the
# newest from 3.11 on.

pyenv_root=$(pyenv root 2>/dev/null)
asked=$*
[ -n "$asked" ] || set -- 3.13 3.14 3.12 3.11
without_venv=
for version in "$@"; do
    for python in "python$version" "$pyenv_root/versions/$version".*/bin/"python$version"; do
        "$python" -c "import ensurepip, venv" 2>/dev/null && echo "$python" && exit 0
        "$python" -c "" 2>/dev/null && without_venv="$without_venv $python"
    done
done
if [ -z "$asked" ] && python3 -c "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
    echo python3
    exit 0
fi
if [ -n "$without_venv" ]; then
    echo "These Pythons can't make environments:$without_venv. Install the package python3-venv." >&2
else
    echo "No Python of these versions found: $*. Install one, or name it with PYTHON=…" >&2
fi
exit 1
