#!/bin/sh
set -eu
cd /srv/rates/
git add --all
house-commit "Raise the ferry rate"
