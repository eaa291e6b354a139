#!/bin/sh
# Stands in for kubectl: writes what it is asked to $ASKED, and prints the file $PRINTS. Without one, it fails, with its log
# before what it says.
echo "$@" >"$ASKED"
if [ -z "$PRINTS" ]; then
    for _ in 1 2 3; do
        echo 'E1129 21:02:33.123456   12345 memcache.go:265] "Unhandled Error" err="connection refused"' >&2
    done
    echo "no such context" >&2
    exit 1
fi
cat "$PRINTS"
