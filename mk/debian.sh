# SPDX-License-Identifier: BSD-2-Clause
#
# debian.sh: what the scripts that fetch from Debian share; they source it.
# The system's apt configuration stays as it is: the sources are in a list of
# our own, made from the system's. apt checks every signature and hash. Wants
# $cache, the cache's folder, $here, this one, and $apt_kind when packages are
# fetched (deb) instead of sources (deb-src).
: "${apt_kind:=deb-src}"
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

say()
{
	echo "${0##*/}: $*" >&2
}

# Anything that a build leaves half done is in $work, never in its place.
new_work()
{
	work=$(mktemp -d "$cache/tmp.XXXXXX")
}

# publish NAME: moves $work/out to its place; a faster rival's copy is as good.
publish()
{
	mv -T "$work/out" "$cache/$1" 2>/dev/null || [ -d "$cache/$1" ]
	rm -rf "$work"
	work=
}

# The system's own Debian sources as deb-src lines, in one-line format.
source_lines()
{
	for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
	    /etc/apt/sources.list.d/*.sources; do
		[ -r "$list" ] || continue
		case $list in
		*.sources) awk -f "$here/deb822.awk" "$list" ;;
		*) sed -n 's/^[ \t]*deb[ \t]/deb-src /p' "$list" ;;
		esac
	done | grep -E "$(debian_suites)" | sort -u
}

# Only what names a suite of the Debian (or kin) that runs here is its own.
debian_suites()
{
	. /etc/os-release
	echo "[/ ](${VERSION_CODENAME:-stable}|stable)(-[a-z-]+)?/?[ ]"
}

apt_private()
{
	tool=$1
	shift
	"$tool" -q \
	    -o Dir::Etc::sourcelist="$cache/apt/$apt_kind.list" \
	    -o Dir::Etc::sourceparts=/dev/null \
	    -o Dir::State::lists="$cache/apt/$apt_kind/lists" \
	    -o Dir::Cache="$cache/apt/$apt_kind/cache" \
	    -o APT::Get::List-Cleanup=0 \
	    -o APT::Sandbox::User="$(id -un)" \
	    -o Acquire::Languages=none \
	    "$@"
}

apt_update()
{
	[ -z "${updated:-}" ] || return 0
	mkdir -p "$cache/apt/$apt_kind/lists/partial" \
	    "$cache/apt/$apt_kind/cache/archives/partial"
	source_lines | sed "s/^deb-src /$apt_kind /" >"$cache/apt/$apt_kind.list"
	if [ ! -s "$cache/apt/$apt_kind.list" ]; then
		say "no Debian source in /etc/apt: cannot fetch"
		exit 1
	fi
	apt_private apt-get update >&2
	updated=yes
}

# debian_source NAME: prints the folder of NAME's source, fetched when the
# cache has none. The cache is keyed by version; NAME.version holds the one
# in use.
debian_source()
{
	name=$1
	if [ -r "$cache/$name.version" ]; then
		read -r version <"$cache/$name.version"
		if [ -d "$cache/$name-$version" ]; then
			echo "$name-$version"
			return
		fi
	fi
	say "fetching $name"
	apt_update
	new_work
	(cd "$work" && apt_private apt-get source --download-only "$name" >&2)
	set -- "$work/${name}"_*.dsc
	version=$(sed -n 's/^Version: //p' "$1" | head -n 1)
	dpkg-source --no-check -x "$1" "$work/out" >&2
	publish "$name-$version"
	echo "$version" >"$cache/$name.version.$$"
	mv "$cache/$name.version.$$" "$cache/$name.version"
	echo "$name-$version"
}
