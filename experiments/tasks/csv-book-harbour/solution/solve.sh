#!/bin/sh
set -eu
ledgerfmt write /data/harbour.csv > /out/harbour.led
ledgerfmt close /out/harbour.led > /out/harbour-summary.csv
