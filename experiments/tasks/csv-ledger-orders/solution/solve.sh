#!/bin/sh
set -eu
ledgerfmt write /data/orders.csv > /out/orders.led
