set -eu
git config --system user.name "House"
git config --system user.email "house@example.org"
git config --system init.defaultBranch main
git config --system --add safe.directory "*"
git init --quiet /srv/songbook
cd /srv/songbook
at() { export GIT_AUTHOR_DATE="2026-0$1T09:00:00+0000" GIT_COMMITTER_DATE="2026-0$1T09:00:00+0000"; }
mkdir tables press
refer() { git commit --quiet --allow-empty -m "$1" -m "House-Ref: $(printf '%s' "$1" | sha1sum | cut -c1-10)"; }
at 3-01; printf 'one\n' > tables/a.txt; git add --all; refer "[tables] Begin the tables"
at 3-02; printf 'two\n' >> tables/a.txt; git add --all; refer "[tables] Add the second row"
mkdir songs
printf 'Row, row.\n' > songs/rowing.txt
printf 'rowing\n' >> tables/a.txt
printf 'Pull.\n' > songs/pulling.txt
