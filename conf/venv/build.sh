#!/bin/sh
# build.sh PATH PYTHON USER HOME DIGEST: builds one environment at PATH, as USER, from what standard input
# holds (JSON: files by name, which of them to install, an index). PATH counts only with its `.complete`: written last.
set -eu
path=$1 python=$2 user=$3 home=$4 digest=$5
directory=${path%/*}
files=$directory/.files-$digest
as_user() { runuser -u "$user" -- env HOME="$home" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$@"; }

[ -d "${directory%/*}" ] || install -d -m 0711 "${directory%/*}"
[ -d "$directory" ] || install -d -m 0755 -o "$user" -g "$(id -gn "$user")" "$directory"
# What an interrupted build left is not trusted; a complete one that somebody changed is mended where it is.
[ -e "$path/.complete" ] || rm -rf "$path"
rm -rf "$files"
# A failed build leaves nothing: on a full disk it would keep it full. Python does not always say that it was that.
clean() {
  free=$(df --output=avail -k "$directory" | tail -n 1)
  [ -e "$path/.complete" ] || [ "$free" -gt 10240 ] || echo "No space left on device: $((free / 1024)) MiB are free at $directory" >&2
  rm -rf "$files"
  [ -e "$path/.complete" ] || rm -rf "$path"
}
trap clean EXIT
install -d -m 0700 -o "$user" -g "$(id -gn "$user")" "$files"
as_user python3 -c '
import json, os, sys
asked = json.load(sys.stdin)
os.umask(0o077)
os.chdir(sys.argv[1])
for name, text in asked["files"].items():
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    open(name, "w").write(text)
# Credentials of an index go by a file: words are seen in the process list.
if asked.get("indexUrl"):
    open("pip.conf", "w").write("[global]\nindex-url = %s\n" % asked["indexUrl"].replace("%", "%%"))
open(".install", "w").write("".join("-r\n%s\n" % name for name in asked["install"]))
' "$files"
cd "$files"
[ ! -e pip.conf ] || export PIP_CONFIG_FILE="$files/pip.conf"

if [ ! -x "$path/bin/python" ]; then
  echo "making the environment with $python"
  as_user nice "$python" -m venv "$path"
fi
set --
while IFS= read -r word; do set -- "$@" "$word"; done <.install
as_user nice "$path/bin/python" -m pip install --prefer-binary --progress-bar off "$@"
as_user "$path/bin/python" -m pip check
as_user sh -c '{ echo "$1"; ls "$2"/lib/python*/site-packages | sha256sum; } >"$2/.complete.new" && mv "$2/.complete.new" "$2/.complete"' \
  sh "$digest" "$path"
sync -f "$path"
