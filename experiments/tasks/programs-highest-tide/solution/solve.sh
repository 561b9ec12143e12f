#!/bin/sh
set -eu
cd /srv/harbour
stencil make tide.spec > tide.py
chmod 755 tide.py
