#!/bin/sh
set -eu
pressfmt set /data/notice.txt > /out/notice.gal
