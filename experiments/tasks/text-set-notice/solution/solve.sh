#!/bin/sh
set -eu
galley set /data/notice.txt > /out/notice.gal
