#!/usr/bin/env bash
# Counts the instructions that rtmpscope executes per packet, and compares them with benches/instructions.txt: a count
# that grew by more than 5 % fails. Unlike times, counts are the same on a busy machine. It needs the Rust toolchain,
# valgrind and x86-64.
#
#   benches/instructions.sh            measures and compares
#   benches/instructions.sh --update   writes what it measured into the file
#   benches/instructions.sh big        measures the captures of this name only, and compares them
#
# The captures are of 20 MB, from the example `captures`, and the same everywhere. What may differ between machines:
# the compiler and the C library (both are named in the file); copies of the C library, which are pinned to those of
# every x86-64 processor; and searches of the crate memchr, which use AVX2 where the processor has it. Together that is
# well below the 5 %. Valgrind shows no program the instructions for SHA-256, so the digest of a handshake counts some
# five times what it costs; the handshakes of these captures have none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly file=$PWD/benches/instructions.txt
readonly bytes=20000000 tolerance=5
readonly captures=(big many lossy)
readonly commands=("analyze json" "check json" "timeline ndjson")

update=false only=
case ${1-} in
    --update) update=true ;;
    -*)
        sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
    *) only=${1-} ;;
esac
if [ -n "$only" ] && [[ " ${captures[*]} " != *" $only "* ]]; then
    echo "no capture is called $only" >&2
    exit 2
fi

command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 2; }

# The build is that of a release, for any processor.
env -u RUSTFLAGS cargo build --release --locked --quiet --bin rtmpscope --example captures
bin=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Instructions of `rtmpscope $2 --format $3` for the capture $1, in an environment that is the same everywhere.
instructions() {
    env -i GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS,-FSRM,-AVX_Fast_Unaligned_Load \
        "$(command -v valgrind)" --tool=callgrind --callgrind-out-file=/dev/null --log-file=log \
        "$bin/rtmpscope" "$2" --quiet --format "$3" "$1.pcap" >/dev/null
    awk '/Collected/ { print $NF }' log
}

packets() {
    "$bin/rtmpscope" analyze --quiet --format json "$1.pcap" |
        awk '$1 == "\"packets\":" && !count { count = $2 + 0 } END { print count }'
}

{
    libc=$(ldd --version 2>&1 | head -n 1 || true)
    echo "# Instructions per packet, from benches/instructions.sh --update"
    echo "# $(rustc --version); $(valgrind --version); glibc ${libc##*) }"
    printf '%-8s %-10s %8s %12s\n' capture command packets instructions
} >measured

for capture in "${captures[@]}"; do
    [ -z "$only" ] || [ "$only" = "$capture" ] || continue
    "$bin/examples/captures" "$capture" "$bytes" >"$capture.pcap"
    count=$(packets "$capture")
    for command in "${commands[@]}"; do
        read -r name format <<<"$command"
        total=$(instructions "$capture" "$name" "$format")
        printf '%-8s %-10s %8d %12d\n' "$capture" "$name" "$count" $((total / count)) | tee -a measured >&2
    done
done

if $update; then
    cp measured "$file"
    exit
fi

awk -v tolerance="$tolerance" '
    FNR == 2 { head[NR == FNR ? "kept" : "measured"] = substr($0, 3) }
    /^#/ || $1 == "capture" { next }
    NR == FNR { packets[$1, $2] = $3; kept[$1, $2] = $4; next }
    !kept[$1, $2] { printf "%s of %s: not in the file\n", $2, $1; failed = 1; next }
    packets[$1, $2] != $3 {
        printf "%s: the capture is another, of %d packets in place of %d\n", $1, $3, packets[$1, $2]
        failed = 1
        next
    }
    {
        change = 100 * ($4 / kept[$1, $2] - 1)
        if (change > tolerance) {
            printf "%s of %s: %d instructions per packet in place of %d, %.1f %% more\n", $2, $1, $4, kept[$1, $2], change
            failed = 1
        } else if (change < -tolerance) {
            printf "%s of %s: %d instructions per packet in place of %d, %.1f %% less\n", $2, $1, $4, kept[$1, $2], -change
            fell = 1
        }
    }
    END {
        if (failed && head["kept"] != head["measured"]) {
            print "the file is of " head["kept"]
            print "measured with    " head["measured"]
        }
        if (failed) print "If this is meant: benches/instructions.sh --update, and say why in the commit."
        else if (fell) print "To keep what was won: benches/instructions.sh --update"
        else print "none of the counts grew by more than " tolerance " %"
        exit failed
    }' "$file" measured >&2
