#!/bin/sh
set -eu
cd /srv/almanac/
house-release "1.4" > /out/almanac.rel
