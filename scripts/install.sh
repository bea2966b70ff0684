#!/bin/sh
# Installs budgie: downloads the executable for this machine and the man pages, verifies their SHA-256, puts them in
# place.
#
#   curl -fsSL https://github.com/OWNER/budgie/releases/latest/download/install.sh | sh
#
# BUDGIE_BASE_URL     where budgie-linux-<architecture>, budgie-man.tar.gz and SHA256SUMS lie (release.yml writes the
#                     default)
# BUDGIE_INSTALL_DIR  where to put the executable; default /usr/local/bin. Of a folder bin, the man pages go to
#                     share/man beside it
set -eu

base_url=${BUDGIE_BASE_URL:-@BASE_URL@}
install_dir=${BUDGIE_INSTALL_DIR:-/usr/local/bin}
manual=budgie-man.tar.gz

fail() {
  echo "Error: Cannot install budgie: $1" >&2
  [ -z "${2:-}" ] || echo "hint: $2" >&2
  exit 1
}

# In a function that is called on the last line: a download that breaks off runs nothing.
main() {
  refuse_foreign_systems
  case $base_url in @*) fail "no address to download from" "set BUDGIE_BASE_URL to a release's download address" ;; esac
  mkdir -p "$install_dir" 2>/dev/null || fail "cannot make $install_dir" "run it with sudo, or set BUDGIE_INSTALL_DIR"
  [ -w "$install_dir" ] || fail "$install_dir is not writable" "run it with sudo, or set BUDGIE_INSTALL_DIR"

  # In the same folder, so that the rename at the end is atomic.
  work=$(mktemp -d "$install_dir/.budgie-install.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  name=budgie-linux-$architecture
  echo "downloading $name from $base_url" >&2
  download "$base_url/SHA256SUMS" "$work/SHA256SUMS"
  download "$base_url/$name" "$work/$name"
  verify "$work" "$name"
  case $install_dir in */bin) man_dir=${install_dir%/bin}/share/man ;; *) man_dir= ;; esac
  if [ -n "$man_dir" ]; then
    download "$base_url/$manual" "$work/$manual"
    verify "$work" "$manual"
  fi
  chmod 755 "$work/$name"
  mv -f "$work/$name" "$install_dir/budgie"
  echo "installed $install_dir/budgie" >&2
  [ -z "$man_dir" ] || install_manual
  command -v crun >/dev/null || command -v runc >/dev/null ||
    echo "budgie needs crun or runc to run containers: apt-get install crun" >&2
}

# budgie is whole without it.
install_manual() {
  if mkdir -p "$man_dir" && tar -xzf "$work/$manual" --no-same-owner -C "$man_dir"; then
    echo "installed man pages in $man_dir" >&2
  else
    echo "Warning: cannot put the man pages into $man_dir" >&2
  fi
}

# Sets $architecture, or says in a sentence why budgie cannot run here.
refuse_foreign_systems() {
  [ "$(uname -s)" = Linux ] || fail "it runs on Linux only, and this is $(uname -s)"
  case $(uname -m) in
    x86_64 | amd64) architecture=x86_64 ;;
    aarch64 | arm64) architecture=aarch64 ;;
    armv*) fail "it needs a 64-bit system, and this is 32-bit ARM" "a Raspberry Pi 3 or later runs 64-bit Raspberry Pi OS" ;;
    *) fail "there is no executable for $(uname -m)" "it is built for x86_64 and aarch64" ;;
  esac
  # A 64-bit kernel may carry a 32-bit system.
  [ "$(getconf LONG_BIT 2>/dev/null || echo 64)" = 64 ] || fail "it needs a 64-bit system, and this one is 32-bit"
  # musl's ldd writes its name to standard error, and fails.
  if ldd --version 2>&1 | grep -qi musl; then
    fail "it needs glibc, and this system uses musl (Alpine and others)" "use a distribution with glibc, as Debian"
  fi
}

download() {
  if command -v curl >/dev/null; then
    curl -fsSL --retry 3 -o "$2" "$1" || fail "cannot download $1"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1" || fail "cannot download $1"
  else
    fail "neither curl nor wget is there" "install one of them"
  fi
}

# verify FOLDER NAME: the file must be named in SHA256SUMS with the checksum it has.
verify() {
  wanted=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$2\$/\1/p" "$1/SHA256SUMS")
  [ -n "$wanted" ] || fail "SHA256SUMS has no line for $2"
  found=$(sha256sum "$1/$2")
  found=${found%% *}
  [ "$found" = "$wanted" ] || fail "$2 has the wrong checksum: $found, not $wanted" "nothing was installed; try again"
}

main
