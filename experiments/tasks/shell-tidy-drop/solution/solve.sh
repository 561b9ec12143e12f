#!/bin/sh
set -eu
boxup tidy /data/drop/
