#!/usr/bin/env bash
# The root file systems that tests and example tasks start from, made of Debian's packages alone:
#   FOLDER/busybox.tar   hone/busybox:1        a shell and little else
#   FOLDER/base.tar      hone/base:bookworm    Debian with Python, git and jq
# What is there already is left alone. Run it as root: base.tar is made by mmdebstrap.
set -euo pipefail
folder="${1:?usage: make_images.sh FOLDER}"
mkdir -p "$folder"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -s "$folder/busybox.tar" ]; then
  root="$work/busybox"
  mkdir -p "$root"/{bin,etc,tmp,proc,sys,dev,root,home,usr/bin}
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for name in $("$root/bin/busybox" --list); do
    [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
  done
  ln -s ../../bin/env "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nagent:x:1000:1000:agent:/home/agent:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' \
    >"$root/etc/passwd"
  printf 'root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n' >"$root/etc/group"
  install -d -m 755 "$root/home/agent"
  tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$work/busybox.tar" .
  mv "$work/busybox.tar" "$folder/busybox.tar"
  printf 'made %s\n' "$folder/busybox.tar"
fi

if [ ! -s "$folder/base.tar" ]; then
  mmdebstrap --quiet --variant=minbase --include=python3,python3-openpyxl,git,ca-certificates,jq \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    bookworm "$work/base.tar"
  mv "$work/base.tar" "$folder/base.tar"
  printf 'made %s\n' "$folder/base.tar"
fi
