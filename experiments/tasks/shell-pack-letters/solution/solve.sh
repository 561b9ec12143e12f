#!/bin/sh
set -eu
cd /srv/archive
boxup pack letters/ > letters.box
