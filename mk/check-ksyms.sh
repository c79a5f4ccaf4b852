#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-ksyms.sh PASS1 PASS2: the table was made from the first link and is
# used in the second, so no function may have moved between them.
set -eu

functions()
{
	nm -n "$1" | grep ' [tTwW] '
}

one=$(functions "$1" | cksum)
two=$(functions "$2" | cksum)
if [ "$one" != "$two" ]; then
	echo "check-ksyms: functions moved between $1 and $2" >&2
	exit 1
fi
