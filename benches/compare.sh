#!/usr/bin/env bash
# Measures rtmpscope beside cat, tshark, tcptrace and capinfos on the same captures, and prints a Markdown table of
# medians. docs/performance.md says how to read it.
#
#   benches/compare.sh [-r ROUNDS] [-t ROUNDS] [-i] [-d DIRECTORY] [CAPTURE...]
#
#   -r ROUNDS     how often each program is run on each capture (5)
#   -t ROUNDS     the same for tshark, which is slow (as often as the others)
#   -i            count instructions per packet, if valgrind is there
#   -d DIRECTORY  keep captures there, and use those that are there (a temporary one without it)
#
# Captures: big (1 GB, 8 connections, chunk size 4096), many (300 MB, 2,000 connections, chunk size 128), lossy (300 MB, 1 %
# sent again, 1 % late), few and crowd (300 MB of 10 and of 20,000 connections at a low bit rate), and 100M, 300M, 1G and 5G
# (as big, of other sizes). Without any: big, many and lossy. They are from the generator rtmpgen where its source is in
# ../shared/tools, else from the example `captures`. Programs that are missing are left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

say() {
    printf '%s\n' "$*" >&2
}

rounds=5 tshark_rounds='' count=false kept=''
while getopts r:t:id: option; do
    case $option in
        r) rounds=$OPTARG ;;
        t) tshark_rounds=$OPTARG ;;
        i) count=true ;;
        d) kept=$OPTARG ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))
captures=("$@")
[ $# -gt 0 ] || captures=(big many lossy)
tshark_rounds=${tshark_rounds:-$rounds}

# Name, megabytes, options of rtmpgen, kind of the example.
known='big 1000 --conns=8,--seed=1 big
many 300 --conns=2000,--chunk=128,--kbps=300,--seed=2 many
lossy 300 --conns=8,--retrans=1,--reorder=1,--seed=3 lossy
few 300 --conns=10,--kbps=150,--seed=4 few
crowd 300 --conns=20000,--kbps=150,--seed=4 crowd
100M 100 --conns=8,--seed=1 big
300M 300 --conns=8,--seed=1 big
1G 1000 --conns=8,--seed=1 big
5G 5000 --conns=8,--seed=1 big'
for capture in "${captures[@]}"; do
    grep -q "^$capture " <<<"$known" || usage
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
directory=${kept:-$work}
mkdir -p "$directory"

cargo build --release --locked --quiet --bin rtmpscope --example captures
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
bin=$target/release/rtmpscope
generator=
if [ -d ../shared/tools/rtmpgen ]; then
    cargo build --release --quiet --manifest-path ../shared/tools/rtmpgen/Cargo.toml --target-dir "$work/rtmpgen"
    generator=$work/rtmpgen/release/rtmpgen
fi

# Writes the capture $1 unless it is there; fails when there is no room for it.
make_capture() {
    local name megabytes options kind file=$directory/$1.pcap free
    [ ! -e "$file" ] || return 0
    read -r name megabytes options kind < <(grep "^$1 " <<<"$known")
    free=$(df --output=avail -B1000000 "$directory" | tail -n 1)
    if [ "$free" -lt $((2 * megabytes)) ]; then
        say "$name: left out, $directory has only $free MB left"
        return 1
    fi
    say "$name: written to $file"
    if [ -n "$generator" ]; then
        local arguments
        IFS=', =' read -ra arguments <<<"$options"
        "$generator" --out "$file.part" --size "${megabytes}M" "${arguments[@]}" >/dev/null
    else
        "$target/release/examples/captures" "$kind" "${megabytes}000000" >"$file.part"
    fi
    mv "$file.part" "$file"
}

# The command line of the program $1 for the file $2, in the array `line`.
command_line() {
    case $1 in
        cat) line=(cat "$2") ;;
        analyze | check) line=("$bin" "$1" --quiet --format json "$2") ;;
        timeline) line=("$bin" timeline --quiet --format ndjson "$2") ;;
        tcptrace) line=(tcptrace -n "$2") ;;
        capinfos) line=(capinfos -cdeu "$2") ;;
        tshark)
            line=(tshark -n -o rtmpt.max_packet_size:16777216 -o tcp.reassemble_out_of_order:TRUE
                -Y rtmpt -T fields -e rtmpt.header.typeid -r "$2")
            ;;
    esac
}

programs=(cat analyze check timeline)
for program in tshark tcptrace capinfos; do
    if command -v "$program" >/dev/null; then
        programs+=("$program")
    else
        say "$program: left out, it is not installed"
    fi
done
peak=()
if [ -x /usr/bin/time ]; then
    peak=(/usr/bin/time -q -f %M -o "$work/peak")
else
    say "peak memory: left out, GNU time is not installed"
fi
if $count && ! command -v valgrind >/dev/null; then
    say "instructions: left out, valgrind is not installed"
    count=false
fi

# Runs the program $1 on the capture $2; adds a line to its figures: wall, CPU, peak memory in KiB.
measure() {
    local line wall user system out=/dev/null status=0
    command_line "$1" "$directory/$2.pcap"
    [ "$1" != timeline ] || out=$work/timeline
    cat "$directory/$2.pcap" >/dev/null
    echo 0 >"$work/peak"
    local TIMEFORMAT='%3R %3U %3S'
    { time "${peak[@]}" "${line[@]}" >"$out" 2>/dev/null || status=$?; } 2>"$work/times"
    # 'check' ends with 1 when it finds something.
    if [ "$status" -gt 1 ]; then
        say "$1 of $2: exit code $status"
        return
    fi
    read -r wall user system <"$work/times"
    awk -v wall="$wall" -v user="$user" -v kernel="$system" '{ print wall, user + kernel, $1 }' "$work/peak" \
        >>"$work/$2.$1"
}

# The median of column $2 of the file $1.
median() {
    awk -v column="$2" '{ print $column }' "$1" | sort -g |
        awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

packets() {
    "$bin" analyze --quiet --format json "$directory/$1.pcap" |
        awk '$1 == "\"packets\":" && !count { count = $2 + 0 } END { print count }'
}

instructions() {
    local line
    command_line "$1" "$directory/$2.pcap"
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$work/log" "${line[@]}" >/dev/null || true
    awk '/Collected/ { print $NF }' "$work/log"
}

first_line() {
    "$@" 2>/dev/null | awk 'NF && !line { line = $0 } END { sub(/\.$/, "", line); print line }'
}

print_machine() {
    local name
    name=$(sed -n '0,/^model name/s/^model name[^:]*: //p' /proc/cpuinfo)
    printf 'Machine: %s, %s processors, %s MiB; %s.\n' "${name:-$(uname -m)}" "$(nproc)" \
        "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" "$(uname -sr)"
    printf 'Programs: %s (%s); %s' "$("$bin" --version)" "$(rustc --version)" "$(first_line cat --version)"
    for program in "${programs[@]}"; do
        case $program in
            tshark | capinfos) printf '; %s' "$(first_line "$program" --version)" ;;
            tcptrace) printf '; %s' "$(tcptrace -v 2>&1 | sed -n 's/.*\(tcptrace\) -- version \([0-9.]*\).*/\1 \2/p')" ;;
        esac
    done
    printf '.\nCaptures: %s; medians of %s rounds (tshark: %s).\n\n' \
        "$([ -n "$generator" ] && echo rtmpgen || echo 'the example captures')" "$rounds" "$tshark_rounds"
}

print_rows() {
    local capture=$1 size packets program more figures
    size=$(stat -c %s "$directory/$capture.pcap")
    packets=$(packets "$capture")
    for program in "${programs[@]}"; do
        figures=$work/$capture.$program
        [ -e "$figures" ] || continue
        more=
        if [ "$program" = timeline ]; then
            more=$(awk -v wall="$(median "$figures" 1)" '{ printf "%.2f M events/s", $1 / wall / 1e6 }' "$work/$capture.events")
        fi
        case $count/$program in
            true/analyze | true/check | true/timeline)
                more+="${more:+, }$(($(instructions "$program" "$capture") / packets)) instructions/packet"
                ;;
        esac
        awk -v capture="$capture" -v size="$size" -v packets="$packets" -v program="$program" -v more="$more" \
            -v wall="$(median "$figures" 1)" -v cpu="$(median "$figures" 2)" -v peak="$(median "$figures" 3)" \
            -v cat="$(median "$work/$capture.cat" 1)" -v ours="$(median "$work/$capture.analyze" 2)" 'BEGIN {
                title = program == "cat" ? sprintf("%s (%.0f MB, %d packets)", capture, size / 1e6, packets) : ""
                printf "| %s | %s | %.3f | %.3f | %s | %.2f | %.2f | %s |\n", title, program, wall, cpu,
                    (peak ? sprintf("%.1f", peak / 1024) : ""), wall / cat, cpu / ours, more
            }'
    done
}

made=()
for capture in "${captures[@]}"; do
    make_capture "$capture" && made+=("$capture")
done
for ((round = 1; round <= rounds; round++)); do
    for capture in "${made[@]}"; do
        say "round $round of $rounds: $capture"
        for program in $(shuf -e "${programs[@]}"); do
            if [ "$program" != tshark ] || [ "$round" -le "$tshark_rounds" ]; then
                measure "$program" "$capture"
            fi
        done
        wc -l <"$work/timeline" >"$work/$capture.events"
        rm "$work/timeline"
    done
done

print_machine
echo '| capture | program | wall s | CPU s | peak MiB | wall / cat | CPU / analyze | more |'
echo '|---|---|--:|--:|--:|--:|--:|---|'
for capture in "${made[@]}"; do
    print_rows "$capture"
done
