#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# mk/web.sh FILE...: writes the C source of the table of web files
# (console/web.h) to standard output.
set -eu

type_of() {
	case $1 in
	*.html) echo 'text/html; charset=utf-8' ;;
	*.css) echo 'text/css; charset=utf-8' ;;
	*.js) echo 'text/javascript; charset=utf-8' ;;
	*.svg) echo 'image/svg+xml' ;;
	*) echo "$1: no content type known" >&2; return 1 ;;
	esac
}

echo '/* SPDX-License-Identifier: BSD-2-Clause */'
echo '#include "console/web.h"'
n=0
for f; do
	echo "static const unsigned char file$n[] = {"
	od -An -v -tu1 "$f" | sed 's/[0-9][0-9]*/&,/g'
	echo '};'
	n=$((n + 1))
done
echo 'const struct web_file web_files[] = {'
n=0
for f; do
	type=$(type_of "$f")
	hash=$(sha256sum "$f" | cut -c1-16)
	echo "{ \"/${f##*/}\", \"$type\", \"\\\"$hash\\\"\"," \
	    "file$n, sizeof(file$n) },"
	n=$((n + 1))
done
echo '{ 0 },'
echo '};'
