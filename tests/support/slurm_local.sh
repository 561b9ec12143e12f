#!/usr/bin/env bash
# slurm_local.sh - a throw-away Slurm cluster with virtual nodes on one machine.
#
#   slurm_local.sh start [DIR]     start munged, slurmctld and one slurmd per node; prints DIR
#   slurm_local.sh stop DIR        cancel what runs, stop the daemons (DIR stays; remove it yourself)
#   slurm_local.sh status DIR      exit 0 when the controller answers and every node is up
#   slurm_local.sh env DIR         print the shell lines a client needs: eval "$(slurm_local.sh env DIR)"
#   slurm_local.sh kill-node DIR N     SIGKILL node N's slurmd and its job steps (a node failure)
#   slurm_local.sh start-node DIR N    start node N's slurmd again
#
# DIR defaults to a fresh mktemp directory (needs an absolute path without blanks).
# Settings (environment): SLURM_LOCAL_NODES (2), SLURM_LOCAL_CPUS per node (2),
# SLURM_LOCAL_MEM MiB per node (1024), SLURM_LOCAL_ACCT=1 (slurmdbd on a private mariadb, so
# that sacct works), SLURM_LOCAL_NODE_TIMEOUT seconds until a silent node is down (10).
#
# Debian 12 packages: slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge
# and for SLURM_LOCAL_ACCT=1 also: slurmdbd slurm-wlm-mysql-plugin mariadb-server
# No systemd, no cgroup and no network beyond loopback is needed. Runs as root (jobs may then
# run as any user) or as one ordinary user (jobs run as that user only).
set -euo pipefail

export PATH="$PATH:/usr/sbin:/sbin"

die() { echo "slurm_local.sh: $*" >&2; exit 1; }

usage() { sed -n '4,9s/^#  *//p' "$0" >&2; exit 2; }

# ---- helpers ---------------------------------------------------------------

# Loopback ports outside the kernel's ephemeral range (32768..60999), so that no client socket
# takes one between this look and the daemon's bind.
free_ports() { # COUNT: that many TCP ports nothing listens on
  local want=$1 port start
  start=$((20000 + (RANDOM % 10000)))
  for ((port = start; port < 32760 && want > 0; port++)); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      want=$((want - 1))
    fi
  done
  ((want == 0)) || die "no free ports"
}

wait_for() { # SECONDS COMMAND...: poll until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

wait_daemon() { # NAME SECONDS COMMAND...: poll until it succeeds; give up when NAME is gone
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)) || gone "$dir/$name.pid"; then
      die "$name did not start: $(tail -n 5 "$dir/$name.out" 2>/dev/null)"
    fi
    sleep 0.05
  done
}

alive() { # PIDFILE
  local pid state
  pid=$(cat "$1" 2>/dev/null) || return 1
  [[ -n $pid ]] && kill -0 "$pid" 2>/dev/null || return 1
  state=$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) || return 1
  [[ $state != Z ]] # a daemon whose adoptive parent is slow to reap is gone all the same
}

gone() { ! alive "$1"; }

stop_pid() { # PIDFILE [SECONDS]: TERM, then KILL
  local pid
  alive "$1" || return 0
  pid=$(cat "$1")
  kill -TERM "$pid" 2>/dev/null || true
  wait_for "${2:-10}" gone "$1" || kill -KILL "$pid" 2>/dev/null || true
  wait_for 5 gone "$1" || true
}

spawn() { # NAME COMMAND...: in the background, own session, pid to DIR/NAME.pid
  local name=$1
  shift
  setsid "$@" >>"$dir/$name.out" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || die "$tool not found (see the packages named in $0)"
  done
}

use() { # DIR given by the caller
  dir=${1:?}
  [[ -f $dir/slurm.conf ]] || die "$dir holds no slurm_local.sh state"
  dir=$(cd "$dir" && pwd)
  export SLURM_CONF=$dir/slurm.conf
}

node_names() { sed -n 's/^NodeName=\([^ ]*\) .*/\1/p' "$dir/slurm.conf"; }

# ---- start -----------------------------------------------------------------

write_conf() {
  local host nodes cpus mem user ports i acct
  host=$(hostname -s)
  nodes=${SLURM_LOCAL_NODES:-2}
  cpus=${SLURM_LOCAL_CPUS:-2}
  mem=${SLURM_LOCAL_MEM:-1024}
  user=$(id -un)
  mapfile -t ports < <(free_ports $((nodes + 3)))
  acct='AccountingStorageType=accounting_storage/none'
  if [[ ${SLURM_LOCAL_ACCT:-0} == 1 ]]; then
    acct="AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=${ports[1]}
AccountingStoragePass=$dir/munge.socket
AccountingStoreFlags=job_comment,job_env,job_script"
    cat >"$dir/slurmdbd.conf" <<EOF
AuthType=auth/munge
AuthInfo=$dir/munge.socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=${ports[1]}
SlurmUser=$user
LogFile=$dir/slurmdbd.log
PidFile=$dir/slurmdbd.own.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=${ports[2]}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct
EOF
    chmod 600 "$dir/slurmdbd.conf"
    echo "${ports[2]}" >"$dir/mariadb.port"
  fi
  {
    cat <<EOF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmctldPidFile=$dir/slurmctld.own.pid
SlurmctldLogFile=$dir/slurmctld.log
StateSaveLocation=$dir/state
SlurmdPidFile=$dir/slurmd.%n.own.pid
SlurmdLogFile=$dir/slurmd.%n.log
SlurmdSpoolDir=$dir/spool.%n
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc=$dir/jobcomp.log
$acct
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=64
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
PriorityType=priority/basic
SlurmdParameters=config_overrides
ReturnToService=2
JobRequeue=1
MaxArraySize=100001
MaxJobCount=200000
MinJobAge=300
KillWait=2
InactiveLimit=0
SlurmctldTimeout=30
SlurmdTimeout=${SLURM_LOCAL_NODE_TIMEOUT:-10}
MessageTimeout=10
TCPTimeout=2
EOF
    for ((i = 1; i <= nodes; i++)); do
      echo "NodeName=node$i NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[i + 2]} CPUs=$cpus RealMemory=$mem State=UNKNOWN"
    done
    echo "PartitionName=main Nodes=node[1-$nodes] Default=YES MaxTime=INFINITE OverSubscribe=NO State=UP"
  } >"$dir/slurm.conf"
}

start_munge() {
  (umask 077 && head -c 1024 /dev/urandom >"$dir/munge.key")
  # --force: its directory may lie under a group-writable one (as in /tmp), and it may be root
  spawn munged munged --foreground --force --key-file="$dir/munge.key" \
    --socket="$dir/munge.socket" --pid-file="$dir/munged.own.pid" \
    --log-file="$dir/munged.log" --seed-file="$dir/munge.seed" --num-threads=2
  wait_daemon munged 10 test -S "$dir/munge.socket"
}

start_acct() {
  local port as=()
  need slurmdbd mariadbd mariadb-install-db mariadb-admin mariadb
  port=$(cat "$dir/mariadb.port")
  mkdir -p "$dir/mariadb"
  if ((EUID == 0)); then
    as=(--user=root)
  fi
  mariadb-install-db --no-defaults --datadir="$dir/mariadb" --auth-root-authentication-method=normal \
    --skip-test-db "${as[@]}" >"$dir/mariadb-install.log" 2>&1 || die "see $dir/mariadb-install.log"
  spawn mariadbd mariadbd --no-defaults --datadir="$dir/mariadb" --socket="$dir/mariadb.socket" \
    --bind-address=127.0.0.1 --port="$port" --pid-file="$dir/mariadbd.own.pid" \
    --innodb-buffer-pool-size=128M --innodb-lock-wait-timeout=900 \
    --innodb-flush-log-at-trx-commit=0 --skip-log-bin "${as[@]}"
  wait_daemon mariadbd 30 mariadb-admin --no-defaults --socket="$dir/mariadb.socket" -u root ping
  mariadb --no-defaults --socket="$dir/mariadb.socket" -u root <<'EOF'
CREATE DATABASE IF NOT EXISTS slurm_acct;
CREATE USER IF NOT EXISTS 'slurm'@'127.0.0.1' IDENTIFIED BY 'slurm';
CREATE USER IF NOT EXISTS 'slurm'@'localhost' IDENTIFIED BY 'slurm';
GRANT ALL ON slurm_acct.* TO 'slurm'@'127.0.0.1';
GRANT ALL ON slurm_acct.* TO 'slurm'@'localhost';
EOF
  spawn slurmdbd slurmdbd -D
  wait_daemon slurmdbd 30 sacctmgr -n show cluster
  sacctmgr -i add cluster local >>"$dir/sacctmgr.log" 2>&1 || true
}

start_node() { # NAME
  mkdir -p "$dir/spool.$1"
  spawn "slurmd.$1" slurmd -D -N "$1"
}

nodes_up() { # every node idle, allocated or mixed, with no "not responding" mark
  local states
  states=$(sinfo -h -N -o '%T') || return 1
  [[ -n $states ]] && ! grep -Eqv '^(idle|allocated|mixed|completing)$' <<<"$states"
}

cmd_start() {
  local node
  need munged slurmctld slurmd sinfo scontrol setsid
  dir=${1:-$(mktemp -d "${TMPDIR:-/tmp}/slurm_local.sh.XXXXXX")}
  [[ $dir == /* && $dir != *[[:space:]]* ]] || die "DIR must be absolute and without blanks: $dir"
  [[ ! -e $dir/slurm.conf ]] || die "$dir is in use already (stop it, remove it)"
  mkdir -p "$dir/state"
  chmod 755 "$dir" # clients of other users read slurm.conf and the munge socket
  export SLURM_CONF=$dir/slurm.conf
  write_conf
  trap 'cmd_stop "$dir" >/dev/null 2>&1 || true' EXIT # until everything is up
  start_munge
  if [[ ${SLURM_LOCAL_ACCT:-0} == 1 ]]; then
    start_acct
  fi
  spawn slurmctld slurmctld -D -i
  wait_daemon slurmctld 20 scontrol ping
  for node in $(node_names); do
    start_node "$node"
  done
  wait_for 30 nodes_up || die "nodes did not come up: $(sinfo -N -o '%N %T' 2>&1); see $dir/*.log"
  trap - EXIT
  echo "$dir"
}

# ---- stop, status ----------------------------------------------------------

descendants() { # PID: what it started, and what that started
  local child
  for child in $(pgrep -P "$1"); do
    echo "$child"
    descendants "$child"
  done
}

kill_steps() { # NODE: its slurmstepd processes (told by their open log) and the jobs under them
  local pid tree
  for pid in $(pgrep -x slurmstepd || true); do
    if readlink "/proc/$pid"/fd/* 2>/dev/null | grep -Fqx "$dir/slurmd.$1.log"; then
      tree=$(descendants "$pid")
      # shellcheck disable=SC2086
      kill -KILL "$pid" $tree 2>/dev/null || true
    fi
  done
}

cmd_kill_node() {
  local pid
  use "$1"
  [[ -f $dir/slurmd.${2:?}.pid ]] || die "no node $2"
  pid=$(cat "$dir/slurmd.$2.pid")
  kill -KILL "$pid" 2>/dev/null || true
  wait_for 5 gone "$dir/slurmd.$2.pid" || true
  kill_steps "$2"
}

cmd_start_node() {
  use "$1"
  gone "$dir/slurmd.${2:?}.pid" || die "$2 is running"
  start_node "$2"
}

cmd_stop() {
  local node
  use "$1"
  if alive "$dir/slurmctld.pid"; then
    timeout 10 scancel --quiet --state=PENDING --state=RUNNING --state=SUSPENDED -u "$(id -un)" 2>/dev/null || true
    wait_for 4 no_jobs || true
  fi
  for node in $(node_names); do
    stop_pid "$dir/slurmd.$node.pid"
    kill_steps "$node"
  done
  stop_pid "$dir/slurmctld.pid"
  stop_pid "$dir/slurmdbd.pid"
  stop_pid "$dir/mariadbd.pid" 30
  stop_pid "$dir/munged.pid"
}

no_jobs() { [[ -z $(squeue -h -t RUNNING,COMPLETING 2>/dev/null) ]]; }

cmd_status() {
  use "$1"
  alive "$dir/munged.pid" || die "munged is not running"
  scontrol ping || die "slurmctld does not answer"
  sinfo -N -o '%N %T %c %m'
  nodes_up
}

cmd_env() {
  use "$1"
  printf 'export SLURM_CONF=%q\n' "$SLURM_CONF"
}

case ${1:-} in
  start) shift; (($# <= 1)) || usage; cmd_start "$@" ;;
  stop | status | env) (($# == 2)) || usage; "cmd_$1" "$2" ;;
  kill-node) (($# == 3)) || usage; cmd_kill_node "$2" "$3" ;;
  start-node) (($# == 3)) || usage; cmd_start_node "$2" "$3" ;;
  *) usage ;;
esac
