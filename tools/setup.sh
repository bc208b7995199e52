#!/bin/sh
# Prepares a Debian 12 machine for building Cerebro: the missing packages by apt, the grammars by npm
# from the committed lockfile, without running anybody's install scripts. Quick when all is there.
#
#   tools/setup.sh             the scanner and its tests
#   tools/setup.sh --train     also the trainer's LibTorch
#   tools/setup.sh --fuzz      also the compiler of the fuzz targets
#   tools/setup.sh --bench     also Google Benchmark, and matplotlib for bench/plot.py
#   tools/setup.sh --static    also the static libraries of the static program
set -eu
cd "$(dirname "$0")/.."

packages="build-essential cmake ninja-build ccache pkg-config
  libarchive-dev libre2-dev nlohmann-json3-dev libtomlplusplus-dev libcli11-dev
  libexpected-dev libfmt-dev libssl-dev libcurl4-openssl-dev libseccomp-dev libyaml-cpp-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev
  libgtest-dev libgmock-dev python3 python3-jsonschema python3-yaml npm nodejs ca-certificates
  file"
case "${1:-}" in
  "") ;;
  --train) packages="$packages libtorch-dev libopenblas0-pthread" ;;
  --fuzz) packages="$packages clang-14 libclang-rt-14-dev" ;;
  --bench) packages="$packages libbenchmark-dev python3-matplotlib" ;;
  --static) packages="$packages nettle-dev liblz4-dev" ;;
  *) echo "usage: tools/setup.sh [--train|--fuzz|--bench|--static]" >&2; exit 2 ;;
esac

installed() {
  dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing=""
for package in $packages; do
  installed "$package" || missing="$missing $package"
done
# Another source of Node.js brings npm along and has no package of that name.
if command -v npm >/dev/null && command -v node >/dev/null; then
  missing=$(echo "$missing" | sed -E 's/ (npm|nodejs)\b//g')
fi
if [ -n "$missing" ]; then
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root=sudo
  echo "setup: installing$missing"
  $as_root apt-get update -q
  # shellcheck disable=SC2086 # a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi

# npm writes this file last, so it is newer than the lockfile exactly when the install is complete.
grammars=third_party/grammars
if [ ! "$grammars/node_modules/.package-lock.json" -nt "$grammars/package-lock.json" ]; then
  echo "setup: installing the grammars"
  (cd "$grammars" && npm ci --ignore-scripts --no-audit --no-fund)
fi
