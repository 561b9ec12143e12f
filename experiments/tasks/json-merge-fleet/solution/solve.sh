#!/bin/sh
set -eu
sealjson merge /data/monday.json /data/friday.json > /out/week.json
