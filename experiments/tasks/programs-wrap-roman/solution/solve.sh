#!/bin/sh
set -eu
stencil wrap /data/roman.py > /out/roman.run
chmod 755 /out/roman.run
