#!/usr/bin/env python3
"""Derives the witness files of testdata/ from the truth files of a capture corpus.

usage: make_witness.py CORPUS [NAME...]

CORPUS has one folder a capture: the capture, truth.json (how it was made, what an independent decoder and tshark
counted, what the sender logged) and the FLV files that the players and the server wrote. The captures named in
KEPT are copied to captures/ with their witness beside them; the witnesses of all others go to elsewhere/, for
whoever has the corpus. README.md's table is written anew between its two markers.

Nothing here comes from rtmpscope: the counts are those of the sender's log, of a decoder in Python that shares no
code with it, of tshark, and of FLV files that ffmpeg, rtmpdump and the servers wrote. tshark is also run once a
capture, for the addresses behind its stream numbers.
"""

import collections
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys

import flv
import selection

HERE = pathlib.Path(__file__).resolve().parent

TYPES = {
    "SetChunkSize": "set_chunk_size", "Abort": "abort", "Ack": "acknowledgement", "UserControl": "user_control",
    "WindowAckSize": "window_ack_size", "SetPeerBandwidth": "set_peer_bandwidth", "Audio": "audio", "Video": "video",
    "Data-AMF0": "data_amf0", "Data-AMF3": "data_amf3", "Command-AMF0": "command_amf0",
    "Command-AMF3": "command_amf3", "Aggregate": "aggregate", "16": "shared_object_amf3", "19": "shared_object_amf0",
}
INFO = {
    "Audio Data": "audio", "Video Data": "video", "Set Chunk Size": "set_chunk_size", "Abort Message": "abort",
    "Window Acknowledgement Size": "window_ack_size", "Set Peer Bandwidth": "set_peer_bandwidth",
    "Acknowledgement": "acknowledgement", "Stream Begin": "user_control", "Stream EOF": "user_control",
    "Stream Dry": "user_control", "Set Buffer Length": "user_control", "Stream Is Recorded": "user_control",
    "Ping Request": "user_control", "Ping Response": "user_control",
}
SIDES = {"to_server": "client_to_server", "to_client": "server_to_client",
         "client": "client_to_server", "server": "server_to_client"}


def type_key(name):
    """The report's key of a message type as the corpus spells it."""
    number = name.removeprefix("type")
    return TYPES.get(name) or TYPES.get(number) or f"unknown_{number}"


def clients(capture, ports):
    """The client's address of every TCP stream, in tshark's order."""
    fields = ["tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport"]
    args = ["tshark", "-n", "-r", str(capture), "-Y", "tcp", "-T", "fields", "-E", "occurrence=l"]
    for field in fields:
        args += ["-e", field]
    text = subprocess.run(args, capture_output=True, check=False, text=True).stdout
    found = {}
    for line in text.splitlines():
        stream, src4, src6, sport, dst4, dst6, dport = line.split("\t")
        ends = (src4 or f"[{src6}]", sport), (dst4 or f"[{dst6}]", dport)
        client = ends[1] if int(sport) in ports and int(dport) not in ports else ends[0]
        found.setdefault(int(stream), ":".join(client))
    return [found[stream] for stream in sorted(found)]


def decoder_claim(side, kind):
    """What the independent decoder counted in one direction."""
    claim = {"by": "an independent decoder", "is": kind,
             "counts": {type_key(name): count for name, count in side.get("messages", {}).items()}}
    if kind == "everything":
        for media in ("audio", "video"):
            if side.get(media, {}).get("count"):
                claim.setdefault("media", {})[media] = {
                    "bytes": side[media]["bytes"],
                    "first_timestamp_ms": side[media]["first_ts"],
                    "last_timestamp_ms": side[media]["last_ts"],
                }
    return claim


def tshark_claim(info):
    """What tshark printed in its Info column, for the types that it names."""
    counts = {}
    for text, count in info.items():
        if text in INFO:
            counts[INFO[text]] = counts.get(INFO[text], 0) + count
    return {"by": "tshark", "is": "these", "counts": counts}


def sender_claims(truth):
    """What the log of the program that wrote the bytes says, by direction."""
    found = []
    for sender in ("client", "server"):
        counts = {type_key(text.split(" ", 1)[1]): count
                  for text, count in truth["expected_counts"].items() if text.startswith(sender)}
        # Behind a violation the sender went on writing; what that means is for each reader to decide.
        behind = any("error" in side for side in truth["own_decoder"].values())
        found.append((SIDES[sender], {"by": "the sender's log", "is": "at_most" if behind else "everything",
                                      "counts": counts}))
    return found


def bounds(own, upper, no_decoder):
    """Claims about a direction with holes: as much as could be decoded up to the first, no more than was sent."""
    found = []
    most = decoder_claim(upper, "at_most") if upper else None
    if own.get("messages") and not no_decoder:
        least = decoder_claim(own, "at_least")
        least["by"] += ", up to the first hole"
        if most:
            least["counts"] = {kind: min(count, most["counts"][kind])
                               for kind, count in least["counts"].items() if kind in most["counts"]}
        found.append(least)
    if most:
        most["by"] += ", in the capture without holes"
        found.append(most)
    return found


def claims(rule, truth, number, upper):
    """All claims about one connection, by direction; `upper` is the decoder's section of the whole capture."""
    found = {"client_to_server": [], "server_to_client": []}
    if "not_decoded" in rule:
        return found
    holed = "holes" in rule and number in rule.get("holed", [number])
    for side in ("to_server", "to_client"):
        stream = f"stream {number} {side}"
        own = truth.get("own_decoder", {}).get(stream, {})
        if holed:
            found[SIDES[side]] += bounds(own, upper.get(side), "no_decoder" in rule)
        else:
            found[SIDES[side]].append(decoder_claim(own, "everything"))
        tuned = truth.get("tshark_tuned") or truth.get("tshark") or {}
        info = tuned.get("info_column_counts", {}).get(stream)
        if info and side not in rule.get("no_tshark", []) and not (holed and upper):
            found[SIDES[side]].append(tshark_claim(info))
    source = truth.get("source", {}).get("flv_tags")
    commands = truth.get("own_decoder", {}).get("stream 0 to_server", {}).get("commands", [])
    if number == 0 and source and ("publish" in commands or holed):
        found["client_to_server"].append({
            "by": "the published file", "is": "these_at_most" if holed or "partly" in rule else "these",
            "counts": {kind: source[kind]["tags"] for kind in ("audio", "video") if kind in source}})
    if number == 0 and "expected_counts" in truth:
        for side, claim in sender_claims(truth):
            found[side].append(claim)
    return found


def recordings(folder, truth, number, rule):
    """What the FLV file of a recording server or of rtmpdump says about the stream of one connection."""
    if rule.get("holes") or "not_decoded" in rule:
        return []
    up = truth.get("own_decoder", {}).get(f"stream {number} to_server", {}).get("commands", [])
    taken = None
    if number == 0 and "publish" in up and (folder / "server_recorded.flv").exists():
        taken = folder / "server_recorded.flv", "publish"
    dumpers = [key for key, side in truth.get("own_decoder", {}).items()
               if key.endswith("to_server") and "FCSubscribe" in side.get("commands", []) and "play" in side["commands"]]
    if dumpers == [f"stream {number} to_server"] and (folder / "play_rtmpdump.flv").exists():
        taken = folder / "play_rtmpdump.flv", "play"
    if not taken or taken[0].name in rule.get("no_recording", []):
        return []
    return flv.tracks(taken[0], taken[1])


def numbered_tracks(folder, capture, truth):
    """The tracks of the published file where it has several of a kind: number, codec and frames, and the size."""
    packets = truth.get("source", {}).get("packets_ffprobe", [])
    kind = {name: "audio" if name in ("aac", "mp3", "opus", "flac") else "video" for name in flv.CODECS}
    found, numbers = [], collections.Counter()
    for stream in packets:
        media = kind.get(stream["codec"])
        if not media:
            return []
        found.append({"media": media, "track_id": numbers[media], "codec": flv.CODECS[stream["codec"]],
                      "frames": stream["packets"]})
        numbers[media] += 1
    recorded = folder / "server_recorded.flv"
    if max(numbers.values(), default=0) < 2 or not recorded.exists():
        return []
    sizes = flv.numbered_sizes(recorded, capture)
    for track in found:
        track.update(sizes.get(track["track_id"], {}) if track["media"] == "video" else {})
    return found


def made_by(truth):
    """The tools and commands behind a capture, as the truth file has them."""
    lines = []
    if truth.get("derived_from"):
        lines.append(f"{truth['how']}, from {truth['derived_from']}")
    for key in ("server", "client"):
        if isinstance(truth.get(key), str):
            lines.append(f"{key}: {truth[key].splitlines()[0]}")
    publisher = truth.get("publisher")
    for program in ([publisher] if isinstance(publisher, dict) else []) + (truth.get("players") or []) + (truth.get("procs") or []):
        if isinstance(program, dict) and program.get("cmd"):
            lines.append(program["cmd"] if isinstance(program["cmd"], str) else " ".join(program["cmd"]))
    if truth.get("capture_cmd"):
        lines.append(truth["capture_cmd"])
    if truth.get("impairment"):
        lines.append(f"network: {truth['impairment']['spec']}, {truth['impairment']['side']}")
    return [re.sub(r"\S*work/(media/)?", "", " ".join(line.split())) for line in lines]


def witness(corpus, name, source):
    """The witness of one capture."""
    folder = corpus / source.split("/")[0]
    truth = json.loads((folder / "truth.json").read_text())
    rule = selection.RULES.get(name, {})
    found = {"name": name, "from": source, "shows": truth["notes"], "made_by": made_by(truth)}
    for key in ("holes", "not_decoded"):
        if key in rule:
            found[key] = rule[key]
    whole = whole_capture(corpus, truth) if "holes" in rule else {}
    found["connections"] = []
    for number, client in enumerate(clients(corpus / source, truth["ports"])):
        if number in rule.get("not_rtmp", []):
            found["connections"].append({"client": client, "not_rtmp": True})
            continue
        entry = {"client": client, **claims(rule, truth, number, whole.get(client, {}))}
        recorded = recordings(folder, truth, number, rule)
        if recorded:
            entry["recordings"] = recorded
        tracks = numbered_tracks(folder, corpus / source, truth) if number == 0 else []
        if tracks:
            entry["tracks"] = tracks
        found["connections"].append(entry)
    return found


def whole_capture(corpus, truth):
    """The decoder's section of the capture that this one was derived from, by client and direction."""
    if not truth.get("derived_from"):
        return {}
    folder = corpus / truth["derived_from"]
    parent = json.loads((folder / "truth.json").read_text())
    own = parent["own_decoder"]
    return {client: {side: own.get(f"stream {number} {side}", {}) for side in ("to_server", "to_client")}
            for number, client in enumerate(clients(folder / "capture.pcap", parent["ports"]))}


def suffix(path):
    """The capture's file name suffix: .pcap, .pcapng, .pcap.gz."""
    return path[path.index(".", path.rindex("/")):]


def table(rows):
    """README.md's table, one row a file in captures/."""
    lines = ["| file | sha256 | made by | what it shows |", "|---|---|---|---|"]
    for path, found in rows:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        cells = [path.name, f"`{digest}`", "<br>".join(f"`{line}`" for line in found["made_by"]), found["shows"]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def main():
    corpus = pathlib.Path(sys.argv[1])
    sources = {}
    for truth in sorted(corpus.glob("*/truth.json")):
        for capture in sorted(truth.parent.glob("capture*.pcap*")):
            extra = capture.name.removeprefix("capture").split(".")[0]
            sources[truth.parent.name + extra] = f"{truth.parent.name}/{capture.name}"
    rows = []
    for name, source in sources.items():
        kept = name in selection.KEPT
        path = HERE / ("captures" if kept else "elsewhere") / f"{name}.json"
        if not sys.argv[2:] or name in sys.argv[2:]:
            path.write_text(json.dumps(witness(corpus, name, source), indent=1) + "\n")
        if kept:
            copy = HERE / "captures" / (name + suffix(source))
            if not copy.exists():
                shutil.copyfile(corpus / source, copy)
            rows.append((copy, json.loads(path.read_text())))
    readme = HERE / "README.md"
    begin, end = "<!-- table begins -->", "<!-- table ends -->"
    before, rest = readme.read_text().split(begin)
    readme.write_text(f"{before}{begin}\n{table(rows)}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    main()
