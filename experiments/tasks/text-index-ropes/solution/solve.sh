#!/bin/sh
set -eu
pressfmt index /data/ropes.txt > /out/ropes.idx
