#!/usr/bin/env bash
# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs targets of make in a fresh clone as on a bare machine: one Python, nothing else but the programs that the README
# names, an empty environment and an empty home folder.
#
#   tests/tools/bare_environment.sh PYTHON [TARGET…]      default targets: demo test
#
# A target may have variables of make after it, in one word: 'test ARGS=-krunners'.
# WITHOUT=openssl leaves out a program. The clone has what is committed.
set -euo pipefail

python=$(command -v "$1")
shift
[ $# -gt 0 ] || set -- demo test
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/home"

{
    printf '%s\n' make git bash sh grep sed awk gawk getconf openssl
    dpkg -L coreutils openssh-client | grep -E '^(/usr)?/bin/' | xargs -n 1 basename
} | while read -r name; do
    # Debian has mawk where gawk is not installed: either is the awk.
    [ "$name" = "${WITHOUT:-}" ] || ! found=$(type -P "$name") || ln -sf "$found" "$folder/bin/$name"
done
"$python" -c 'import os, sys; os.symlink(os.path.realpath(sys.executable), sys.argv[1])' \
    "$folder/bin/python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"

git clone -q "$root" "$folder/clone"
cd "$folder/clone"
for target in "$@"; do
    echo "=== make $target"
    read -ra words <<<"$target"
    env -i HOME="$folder/home" PATH="$folder/bin" make "${words[@]}"
done
