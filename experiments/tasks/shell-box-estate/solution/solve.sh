#!/bin/sh
set -eu
boxup tidy /data/estate/
boxup pack /data/estate/ > /out/estate.box
