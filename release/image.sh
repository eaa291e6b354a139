#!/usr/bin/env bash
# Unpacks the archives for Linux into the folders that the Dockerfile copies from.
#
# usage: image.sh ARCHIVES FOLDER
set -euo pipefail

archives=$1
folder=$2

for pair in amd64=x86_64 arm64=aarch64; do
    mkdir -p "$folder/linux-${pair%=*}"
    tar -xzf "$archives/spotgen-${pair#*=}-unknown-linux-musl.tar.gz" \
        -C "$folder/linux-${pair%=*}" --strip-components 1
done
