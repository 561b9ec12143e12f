#!/bin/sh
set -eu
galley index /data/ropes.txt > /out/ropes.idx
