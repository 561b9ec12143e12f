#!/usr/bin/env bash
# docker_local.sh - a throw-away container daemon on this machine, for one command.
#
#   docker_local.sh docker COMMAND...    a Docker Engine (dockerd) of its own
#   docker_local.sh quota COMMAND...     the same over btrfs, whose quotas it uses
#   docker_local.sh podman COMMAND...    Podman's service with storage of its own
#
# The command runs with HONE_TEST_SOCKET (the daemon's socket) and HONE_TEST_IMAGE (a base image that
# the daemon has: busybox). Whatever was started is stopped and removed at the end, however it ends.
# With HONE_TEST_BASE (a tar of a root file system) the daemon also has hone/base:bookworm.
# Exit code 77, with the reason on standard error, where such a daemon cannot run: not root, or not
# installed. The machine's own network, daemons and storage are not touched.
#
# Debian 12 packages: docker.io busybox-static podman runc btrfs-progs
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

kind="${1:?usage: docker_local.sh docker|quota|podman COMMAND...}"
shift

skip() {
  printf 'docker_local.sh: skipped: %s\n' "$1" >&2
  exit 77
}

[ "$(id -u)" = 0 ] || skip "only root can start a container daemon"
case "$kind" in
  docker) needed=(dockerd busybox) ;;
  quota) needed=(dockerd busybox mkfs.btrfs) ;;
  podman) needed=(podman runc busybox) ;;
  *) printf 'docker_local.sh: unknown daemon %s\n' "$kind" >&2; exit 2 ;;
esac
for program in "${needed[@]}"; do
  command -v "$program" >/dev/null || skip "$program is not installed"
done

dir=$(mktemp -d /tmp/hone-XXXXXX) # short: the path of a socket has 107 bytes at most
socket="$dir/s"
daemon=

stop() {
  local status=$?
  if [ -n "$daemon" ]; then
    if [ "$kind" = podman ]; then
      podman_here rm --all --force --time 0 >/dev/null 2>&1 || true
    else
      local id
      for id in $(ask GET '/containers/json?all=1' 2>/dev/null | grep -o '"Id":"[0-9a-f]*"' | cut -d'"' -f4); do
        ask DELETE "/containers/$id?force=1&v=1" >/dev/null 2>&1 || true
      done
    fi
    local children
    children=$(pgrep -P "$daemon" || true) # containerd ends with dockerd, if that may end in peace
    kill -TERM "$daemon" 2>/dev/null || true
    # A daemon that has ended may wait for a slow parent to take it: its state tells.
    for _ in $(seq 100); do
      case "$(sed 's/.*) //; s/ .*//' "/proc/$daemon/stat" 2>/dev/null || true)" in
        '' | Z) break ;;
      esac
      sleep 0.1
    done
    # Podman leaves a monitor of every command for some minutes.
    children="$children $(pgrep -f "conmon .* $dir/" || true)"
    # shellcheck disable=SC2086 # a list of numbers
    kill -KILL "$daemon" $children 2>/dev/null || true
  fi
  if [ "$status" != 0 ] && [ "$status" != 77 ] && [ -f "$dir/log" ]; then
    tail -n 20 "$dir/log" >&2
  fi
  # What is still mounted (storage of containers, name spaces of networks) goes first.
  local mount
  for mount in $(awk -v dir="$dir" 'index($5, dir "/") == 1 { print $5 }' /proc/self/mountinfo | sort -r); do
    umount "$mount" 2>/dev/null || umount -l "$mount" 2>/dev/null || true
  done
  rm -rf "$dir"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT TERM

podman_here() {
  podman --root "$dir/data" --runroot "$dir/run" --tmpdir "$dir/tmp" "$@"
}

write_podman_settings() {
  cat >"$dir/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=8192:8192", "nproc=8192:8192"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
  cat >"$dir/registries.conf" <<'CONF'
unqualified-search-registries = ["localhost"]
short-name-mode = "permissive"
CONF
  cat >"$dir/policy.json" <<'CONF'
{"default": [{"type": "insecureAcceptAnything"}]}
CONF
  export CONTAINERS_CONF="$dir/containers.conf" CONTAINERS_REGISTRIES_CONF="$dir/registries.conf"
}

if [ "$kind" = quota ]; then
  truncate -s 8G "$dir/disk"
  mkfs.btrfs --quiet "$dir/disk" >/dev/null
  mkdir "$dir/data"
  mount -o loop "$dir/disk" "$dir/data" 2>"$dir/log" || skip "no btrfs here: $(cat "$dir/log")"
fi

case "$kind" in
  docker | quota)
    setsid dockerd --host="unix://$socket" --data-root="$dir/data" --exec-root="$dir/exec" \
      --pidfile="$dir/pid" --iptables=false --ip6tables=false --bridge=none >"$dir/log" 2>&1 </dev/null &
    daemon=$!
    ;;
  podman)
    write_podman_settings
    setsid podman --root "$dir/data" --runroot "$dir/run" --tmpdir "$dir/tmp" \
      system service --time=0 "unix://$socket" >"$dir/log" 2>&1 </dev/null &
    daemon=$!
    ;;
esac

ask() { # METHOD PATH [CURL ARGUMENT...]
  local method="$1" path="$2"
  shift 2
  curl --silent --show-error --fail --unix-socket "$socket" -X "$method" "http://localhost/v1.41$path" "$@"
}
for _ in $(seq 150); do
  ask GET /_ping >/dev/null 2>&1 && break
  sleep 0.1
done
ask GET /_ping >/dev/null || { printf 'docker_local.sh: %s did not come up\n' "$kind" >&2; exit 1; }

root="$dir/busybox"
mkdir -p "$root"/{bin,etc,tmp,proc,sys,dev,root}
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for name in $("$root/bin/busybox" --list); do
  [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
done
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
tar -C "$root" --numeric-owner --owner=0 --group=0 -cf "$dir/busybox.tar" .
import() { # TAR NAME TAG
  case "$kind" in
    podman) podman_here import --quiet "$1" "docker.io/$2:$3" >/dev/null ;;
    *) ask POST "/images/create?fromSrc=-&repo=$2&tag=$3" -H 'Content-Type: application/x-tar' --data-binary "@$1" >/dev/null ;;
  esac
}
import "$dir/busybox.tar" hone/busybox 1
[ -z "${HONE_TEST_BASE:-}" ] || import "$HONE_TEST_BASE" hone/base bookworm

HONE_TEST_SOCKET="$socket" HONE_TEST_IMAGE=hone/busybox:1 "$@"
