#!/bin/sh
set -eu
sealjson merge /data/depots-spring.json /data/depots-autumn.json > /out/depots.json
