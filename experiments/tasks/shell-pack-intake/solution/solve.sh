#!/bin/sh
set -eu
boxup pack /data/intake/ > /out/intake.box
