set -eu
git config --system user.name "House"
git config --system user.email "house@example.org"
git config --system init.defaultBranch main
git config --system --add safe.directory "*"
git init --quiet /srv/rates
cd /srv/rates
at() { export GIT_AUTHOR_DATE="2026-0$1T09:00:00+0000" GIT_COMMITTER_DATE="2026-0$1T09:00:00+0000"; }
mkdir rates docs
printf 'ferry 12\nbarge 30\n' > rates/2026.txt
printf '# Rates\n' > docs/about.md
git add --all
at 1-05
git commit --quiet -m "Begin"
printf 'ferry 14\nbarge 30\n' > rates/2026.txt
printf 'ferry 15\n' > rates/2027.txt
printf '# Rates\n\nSee the folder.\n' > docs/about.md
