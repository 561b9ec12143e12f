#!/bin/sh
set -eu
stencil make /data/tolls.spec > /out/tolls.py
chmod 755 /out/tolls.py
