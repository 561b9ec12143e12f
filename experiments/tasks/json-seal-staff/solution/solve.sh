#!/bin/sh
set -eu
cd /srv/office
sealjson wrap "staff" staff-export.json > outbox/staff.json
