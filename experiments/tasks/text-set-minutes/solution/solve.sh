#!/bin/sh
set -eu
cd /srv/press
galley set minutes/june.txt > minutes/june.gal
