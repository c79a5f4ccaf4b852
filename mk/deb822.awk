# SPDX-License-Identifier: BSD-2-Clause
#
# Turns apt's deb822 sources (sources.list(5)) into one-line deb-src entries.

function flush(    u, s, i, j, nu, ns, opts) {
	if (types ~ /(^| )deb( |$)/ && tolower(enabled) != "no") {
		opts = key == "" ? "" : "[signed-by=" key "] "
		nu = split(uris, u, " ")
		ns = split(suites, s, " ")
		for (i = 1; i <= nu; i++)
			for (j = 1; j <= ns; j++)
				print "deb-src " opts u[i] " " s[j] " " comps
	}
	types = uris = suites = comps = key = enabled = field = ""
}

function store(text) {
	if (field == "types") types = types " " text
	else if (field == "uris") uris = uris " " text
	else if (field == "suites") suites = suites " " text
	else if (field == "components") comps = comps " " text
	else if (field == "enabled") enabled = text
	# A key pasted into the stanza has no one-line form: it is left out,
	# and apt falls back to the system's keyring.
	else if (field == "signed-by" && text ~ /^\//) key = text
}

/^#/ { next }
/^[ \t]*$/ { flush(); next }
/^[ \t]/ { sub(/^[ \t]+/, ""); store($0); next }
{
	field = tolower(substr($0, 1, index($0, ":") - 1))
	text = substr($0, index($0, ":") + 1)
	gsub(/^[ \t]+|[ \t\r]+$/, "", text)
	store(text)
}
END { flush() }
