#!/usr/bin/env bash
# Prints the most memory that `rtmpscope analyze` takes, for captures that its example `captures` writes to standard
# input: many connections at one time, many one after another, and streams of 100 MB to 5 GB, for which the figures
# have to be the same. No file is written. It needs Linux and the Rust toolchain.
#
#   benches/memory.sh            the captures below
#   benches/memory.sh hostile    besides, those that are made to cost memory; all have to stay below 256 MiB
#   benches/memory.sh KIND N     one of the example's captures
#
# Peak memory is VmHWM of /proc/PID/status, read every 20 ms and so good to about 1 MiB while memory grows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --release --locked --quiet --bin rtmpscope --example captures
bin=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release

measure() {
    local kind=$1 number=$2 peak=0 now
    "$bin/rtmpscope" analyze --quiet --format json - < <("$bin/examples/captures" "$kind" "$number") >/dev/null &
    local pid=$!
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.02
    done
    wait "$pid"
    printf '%-18s %12s %8d MiB\n' "$kind" "$number" $((peak / 1024))
}

printf '%-18s %12s %12s\n' capture number peak
if [ $# -eq 2 ]; then
    measure "$1" "$2"
    exit
fi
measure simultaneous 10000
measure tiny 100000
measure stream 100000000
measure stream 1000000000
measure stream 5000000000
[ "${1-}" = hostile ] || exit 0
while read -r kind number; do
    measure "$kind" "$number"
done <<'HOSTILE'
simultaneous 20000
scan 300000
handshakes 100000
undecided 100000
holes 5000
crumbs 5000
unfinished 6000
many_unfinished 3000
chunk_streams 1000
calls 500
commands 3000
controls 2000
streams 2000
tracks 200
units 20
clocks 50
metadata 100
nested 100
configs 1000
names 250
refusals 500
reopened 1000000
fragments 100000
HOSTILE
