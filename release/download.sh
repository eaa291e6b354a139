#!/usr/bin/env bash
# Downloads the archive of a release for this machine, and unpacks the binary.
#
# usage: download.sh RELEASE SHA256 FOLDER
#
# RELEASE is the URL below which the archives are. The binary goes into FOLDER, and the archive next to it. SHA256 is the
# digest of the archive. If it is empty, the caller has to verify the archive in another way before it runs the binary.
set -euo pipefail

release=$1
sha256=$2
folder=$3

case "$(uname -s)/$(uname -m)" in
Linux/x86_64) archive=spotgen-x86_64-unknown-linux-musl.tar.gz ;;
Linux/aarch64 | Linux/arm64) archive=spotgen-aarch64-unknown-linux-musl.tar.gz ;;
Darwin/x86_64) archive=spotgen-x86_64-apple-darwin.tar.gz ;;
Darwin/arm64) archive=spotgen-aarch64-apple-darwin.tar.gz ;;
MINGW*/x86_64 | MSYS*/x86_64) archive=spotgen-x86_64-pc-windows-msvc.zip ;;
*)
    echo "there is no release of spotgen for $(uname -s) on $(uname -m)" >&2
    exit 1
    ;;
esac

# From stdin: for a path with a backslash, as on Windows, sha256sum writes one before the digest too.
digest() {
    if command -v sha256sum >/dev/null; then
        sha256sum
    else
        shasum -a 256
    fi <"$1" | cut -d ' ' -f 1
}

# Other tools write a digest in capitals.
lower() {
    printf '%s' "$1" | tr '[:upper:]' '[:lower:]'
}

mkdir -p "$folder"
curl --fail --silent --show-error --location --proto-redir =https --retry 3 \
    --output "$folder/$archive" "$release/$archive"
found=$(digest "$folder/$archive")
if [ -n "$sha256" ] && [ "$found" != "$(lower "$sha256")" ]; then
    rm -f "$folder/$archive"
    echo "$release/$archive has the SHA-256 digest $found, not $sha256" >&2
    exit 1
fi
# In the folder: tar and unzip read a backslash in a path as the beginning of something else, and tar a colon as the end of
# a host.
(
    cd "$folder"
    case $archive in
    *.zip) unzip -q -o -j "$archive" '*/spotgen.exe' ;;
    *) tar -xzf "$archive" --strip-components 1 "${archive%.tar.gz}/spotgen" ;;
    esac
)
echo "$folder/$archive"
