#!/bin/sh
# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Says which of the programs that the demo and the tests need are missing, and which package of Debian has them.

missing=
for pair in git:git bash:bash grep:grep sed:sed awk:gawk cp:coreutils getconf:libc-bin openssl:openssl \
    ssh-keygen:openssh-client; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair%%:*} (package ${pair##*:}),"
done
[ -z "$missing" ] && exit 0
echo "Missing programs:${missing%,}. Install them, and run make again." >&2
exit 1
