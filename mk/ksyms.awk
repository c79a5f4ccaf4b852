# SPDX-License-Identifier: BSD-2-Clause
#
# Makes kernel/ksyms.h's tables from `nm -n` of the linked kernel: functions
# only, one name an address. Addresses differ in their low 32 bits alone.

$2 ~ /^[tTwW]$/ && $3 !~ /^__.*_(start|end)$/ && $3 !~ /^\./ {
	if (length($1) != 16 || substr($1, 1, 9) != "ffffffff8")
		next
	if (n > 0 && at[n] == $1) {
		# A global name says more than a local one.
		if ($2 == "T")
			name[n] = $3
		next
	}
	at[++n] = $1
	name[n] = $3
}

END {
	print "\t.section .ksyms, \"a\", @progbits"
	print "\t.globl ksyms, ksyms_count, ksyms_names"
	print "\t.balign 8"
	print "ksyms:"
	offset = 0
	for (i = 1; i <= n; i++) {
		# 0xffffffff80200010 - KSYMS_BASE
		printf "\t.long 0x%s, %d\n", substr(at[i], 10), offset
		offset += length(name[i]) + 1
	}
	print "ksyms_count:"
	printf "\t.long %d\n", n
	print "ksyms_names:"
	for (i = 1; i <= n; i++)
		printf "\t.asciz \"%s\"\n", name[i]
	print "\t.section .note.GNU-stack, \"\", @progbits"
}
