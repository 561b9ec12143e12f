#!/bin/sh
set -eu
ledgerfmt close /data/mill.led > /out/mill-2025.csv
