#!/bin/sh
set -eu
cd /srv/songbook/
git add --all
house-commit "Add the rowing song"
house-release "0.9" > /out/songbook.rel
