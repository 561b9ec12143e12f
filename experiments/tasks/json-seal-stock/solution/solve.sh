#!/bin/sh
set -eu
sealjson wrap "stock" /data/stock.json > /out/stock-card.json
