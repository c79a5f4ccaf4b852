# SPDX-License-Identifier: BSD-2-Clause
# Prints the words that follow `key` in a C file's comments. A list that
# does not fit on a line goes on, line after line, to the comment's end or the
# next word that ends in a colon.
{
	for (i = 1; i <= NF; i++) {
		if ($i == key)
			on = 1
		else if ($i == "*/" || $i ~ /:$/)
			on = 0
		else if (on && $i != "*")
			print $i
	}
}
