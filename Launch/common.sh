# shellcheck shell=bash
# What the scripts beside this file share; they source it first.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

say() { printf '%s\n' "$*" >&2; }

# fail CODE MESSAGE
fail() {
    say "${0##*/}: $2"
    exit "$1"
}

# offer_help ARGUMENT...: prints the comment at the head of the script that sources this, where that is asked for.
offer_help() {
    [[ ${1:-} == -h || ${1:-} == --help ]] || return 0
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit
}

# Everything that a build needs: a Swift toolchain and the system libraries. Asks for nothing that is already there.
set_up() {
    require_swift 6.2
    require_packages
}

require_swift() {
    local needed=$1 found
    command -v swift >/dev/null || fail 1 "no 'swift' on the PATH; install Swift $needed or newer from https://swift.org/install"
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
    printf '%s\n' "$needed" "$found" | sort -V -C ||
        fail 1 "found Swift ${found:-of unknown version}, needs $needed or newer: https://swift.org/install"
}

# Looks for what the packages give rather than for the packages, so that a cluster's own Open MPI counts too.
require_packages() {
    local missing=()
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    command -v mpirun >/dev/null || missing+=(openmpi-bin)
    command -v curl >/dev/null || missing+=(curl)
    pkg-config --exists ompi-c 2>/dev/null || missing+=(libopenmpi-dev)
    pkg-config --exists openblas 2>/dev/null || missing+=(libopenblas-dev)
    pkg-config --exists libpng 2>/dev/null || missing+=(libpng-dev)
    pkg-config --exists libjpeg 2>/dev/null || missing+=(libjpeg-dev)
    pkg-config --exists libwebp 2>/dev/null || missing+=(libwebp-dev)
    pkg-config --exists zlib 2>/dev/null || missing+=(zlib1g-dev)
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

install_packages() {
    local install="apt-get update && apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null ||
        fail 1 "these Debian packages are missing, and there is no apt-get to install them: $*"
    say "installing $*"
    if ((EUID == 0)); then
        DEBIAN_FRONTEND=noninteractive sh -c "$install" >&2 && return
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive sh -c "$install" >&2 && return
    fi
    fail 1 "could not install what is missing; run this as root, then try again:"$'\n'"$install"
}

# The release build that the program, the tests and the installation share.
build() { swift build --package-path "$root" --configuration release "$@"; }

# Open MPI refuses to run as root unless told twice.
allow_mpi_as_root() {
    ((EUID != 0)) || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
}

# Waits for a process started here, past the signals that end a 'wait' early, and returns its exit code.
wait_for() {
    while kill -0 "$1" 2>/dev/null; do wait "$1" || true; done
    wait "$1"
}
