#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The first process of the guest. Runs the commands that come over the second
# serial line, one a line, "NUMBER COMMAND", and answers each with its output
# and then a line "\001NUMBER STATUS". The kernel's console is the first one.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
stty -F /dev/ttyS1 raw -echo

# This shell would take its own of these, which know less.
ip() { /bin/ip "$@"; }
ping() { /bin/ping "$@"; }

serve()
{
	printf '\0010 0\n'
	while read -r number command; do
		(eval "$command") >/output 2>&1 </dev/null
		status=$?
		cat /output
		printf '\n\001%s %s\n' "$number" "$status"
	done
}

# Not in this process, which inherits the daemons: the end of a child in the
# middle of a `read` makes it forget what it has.
serve </dev/ttyS1 >/dev/ttyS1 2>/dev/null &
wait
