#!/bin/sh
set -eu
cd /srv/desk
ledgerfmt write claims-2024.csv > claims-2024.led
