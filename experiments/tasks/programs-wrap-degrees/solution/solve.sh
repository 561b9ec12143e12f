#!/bin/sh
set -eu
stencil wrap /data/degrees.py > /out/degrees.run
chmod 755 /out/degrees.run
