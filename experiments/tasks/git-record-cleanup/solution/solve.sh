#!/bin/sh
set -eu
cd /srv/clock/
git add --all
house-commit "Drop the striking works"
