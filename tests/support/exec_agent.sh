#!/bin/sh
# A stand-in for a command-line agent: reads its prompt from standard input and does what its first
# argument says. The forms of `codex` and `claude` are those of exec_output.h.
what=$1
shift
case $what in
echo) exec cat ;;
arguments)
  cat >/dev/null
  for argument in "$@"; do printf '[%s]' "$argument"; done
  ;;
environment) exec env ;;
descriptors) exec ls -l /proc/self/fd ;;
folder)
  pwd
  for file in *; do
    [ -f "$file" ] && printf '%s=%s\n' "$file" "$(cat "$file")"
  done
  ;;
files)
  for file in $(find . -type f | sort); do printf '%s=%s\n' "$file" "$(cat "$file")"; done
  ;;
codex)
  prompt=$(cat)
  echo '{"type":"thread.started","thread_id":"t-1"}'
  echo '{"type":"item.completed","item":{"type":"reasoning","text":"hm"}}'
  echo '{"type":"item.completed","item":{"type":"agent_message","text":"I begin."}}'
  printf '{"type":"item.completed","item":{"type":"agent_message","text":"[%s] %s"}}\n' "$prompt" "$*"
  echo '{"type":"turn.completed","usage":{"input_tokens":12,"cached_input_tokens":3,"output_tokens":7,"reasoning_output_tokens":2}}'
  ;;
claude)
  prompt=$(cat)
  printf '{"type":"result","subtype":"success","is_error":false,"result":"[%s] %s",' "$prompt" "$*"
  printf '"session_id":"s-1","modelUsage":{"claude-x":{}},"usage":{"input_tokens":9,'
  echo '"cache_read_input_tokens":2,"cache_creation_input_tokens":1,"output_tokens":7}}'
  ;;
fail)
  echo "some noise" >&2
  echo "$2" >&2
  exit "$1"
  ;;
signal) kill -9 $$ ;;
nothing) exit 0 ;;
flood) exec yes "too much" ;;
# Two that would run for ever, one of them out of sight; both must go with the group.
hang)
  sleep 1000 &
  echo "$! $$" >"$1"
  wait
  ;;
# Ends, but leaves one behind that holds its standard output.
leave)
  sleep 1000 &
  echo "$!" >"$1"
  echo "done"
  ;;
esac
