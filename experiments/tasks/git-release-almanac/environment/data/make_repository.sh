set -eu
git config --system user.name "House"
git config --system user.email "house@example.org"
git config --system init.defaultBranch main
git config --system --add safe.directory "*"
git init --quiet /srv/almanac
cd /srv/almanac
at() { export GIT_AUTHOR_DATE="2026-0$1T09:00:00+0000" GIT_COMMITTER_DATE="2026-0$1T09:00:00+0000"; }
mkdir tables press
refer() { git commit --quiet --allow-empty -m "$1" -m "House-Ref: $(printf '%s' "$1" | sha1sum | cut -c1-10)"; }
at 3-01; printf 'one\n' > tables/a.txt; git add --all; refer "[tables] Begin the tables"
at 3-02; printf 'two\n' >> tables/a.txt; git add --all; refer "[tables] Add the second row"
git tag -a rel-1.3 -m "Release 1.3"
at 3-03; printf 'tide\n' > press/tide.txt; git add --all; refer "[press] Print the tides"
at 3-04; printf 'moon\n' > moon.txt; git add --all; git commit --quiet -m "Add the moon"
at 3-05; printf 'sun\n' > press/sun.txt; git add --all; refer "[press] Print the sun"
