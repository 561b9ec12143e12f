set -eu
git config --system user.name "House"
git config --system user.email "house@example.org"
git config --system init.defaultBranch main
git config --system --add safe.directory "*"
git init --quiet /srv/clock
cd /srv/clock
at() { export GIT_AUTHOR_DATE="2026-0$1T09:00:00+0000" GIT_COMMITTER_DATE="2026-0$1T09:00:00+0000"; }
mkdir works hands
printf 'strike\n' > works/strike.txt
printf 'chain\n' > works/chain.txt
printf 'long\n' > hands/long.txt
printf 'clock\n' > README
printf '*.tmp\n' > .gitignore
git add --all
at 2-01
git commit --quiet -m "Begin"
printf 'brass clock\n' > README
at 2-02
git commit --quiet --all -m "Say what it is made of"
rm works/strike.txt works/chain.txt
mv hands/long.txt hands/minute.txt
printf 'scratch\n' > works.tmp
