#!/bin/sh
set -eu
pressfmt index /data/bees.txt > /out/bees.idx
pressfmt set /data/bees.txt > /out/bees.gal
