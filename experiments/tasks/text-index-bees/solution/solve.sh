#!/bin/sh
set -eu
galley index /data/bees.txt > /out/bees.idx
galley set /data/bees.txt > /out/bees.gal
