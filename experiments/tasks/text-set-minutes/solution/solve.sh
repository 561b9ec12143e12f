#!/bin/sh
set -eu
cd /srv/press
pressfmt set minutes/june.txt > minutes/june.gal
