#!/bin/sh
# fetch_lua.sh DIR: Debian's Lua 5.4 C sources (its patches applied) in DIR, so that DIR/src/lua.h exists.
#
# Idempotent: does nothing when they are there. Uses a private apt state (a copy of the system's
# sources with `Types: deb-src`), so nothing of the system's configuration or lists is changed and no
# root rights are needed. On a system without apt, unpack Lua 5.4's sources yourself and configure
# with -DHONE_LUA_SOURCE=<the folder that holds lua.h>.
set -eu

die() { echo "fetch_lua: $*" >&2; exit 1; }

[ $# -eq 1 ] || die "usage: fetch_lua.sh DIR"
target=$1
[ ! -f "$target/src/lua.h" ] || exit 0

for tool in apt-get dpkg-source; do
  command -v "$tool" >/dev/null 2>&1 ||
    die "$tool is missing (apt-get install dpkg-dev), or give Lua's sources with -DHONE_LUA_SOURCE=DIR"
done

mkdir -p "$(dirname "$target")"
parent=$(cd "$(dirname "$target")" && pwd)
target=$parent/$(basename "$target")
work=$(mktemp -d "$parent/lua-fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
: >"$work/none.list"

# Debian's own entries only, as source entries: both file formats that apt knows.
found=no
for file in /etc/apt/sources.list.d/*.sources; do
  [ -f "$file" ] && grep -q '^URIs:.*debian' "$file" || continue
  sed 's/^Types:.*/Types: deb-src/' "$file" >"$work/sources/$(basename "$file")"
  found=yes
done
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -f "$file" ] || continue
  sed -n 's/^deb \(.*debian.*\)/deb-src \1/p' "$file" >"$work/one.list"
  [ -s "$work/one.list" ] || continue
  cat "$work/one.list" >>"$work/sources/hone.list"
  found=yes
done
[ "$found" = yes ] || die "no Debian package source is configured; give Lua's sources with -DHONE_LUA_SOURCE=DIR"

private="-o Dir::Etc::sourcelist=$work/none.list -o Dir::Etc::sourceparts=$work/sources
  -o Dir::State::lists=$work/lists -o Dir::Cache=$work/cache -o APT::Sandbox::User="
# shellcheck disable=SC2086
apt-get $private -qq update || die "the package lists could not be read (network or mirror?)"
# shellcheck disable=SC2086
(cd "$work" && apt-get $private -qq source --download-only lua5.4) ||
  die "the source package lua5.4 could not be downloaded"
dsc=$(ls "$work"/lua5.4_*.dsc 2>/dev/null | head -n 1)
[ -n "$dsc" ] || die "the source package lua5.4 has no .dsc file"
dpkg-source --no-check -x "$dsc" "$work/lua" >/dev/null || die "the source package could not be unpacked"
[ -f "$work/lua/src/lua.h" ] || die "the source package has no src/lua.h"

# Debian's build generates this header for its module paths, which Hone's Lua does not have.
[ -f "$work/lua/src/lua5.4-deb-multiarch.h" ] ||
  echo '#define DEB_HOST_MULTIARCH "none"' >"$work/lua/src/lua5.4-deb-multiarch.h"

rm -rf "$target"
mv "$work/lua" "$target"
echo "fetch_lua: Lua sources in $target" >&2
