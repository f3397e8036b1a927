"""Reads an FLV file's tags: as much as a witness needs."""

import json
import pathlib
import subprocess
import tempfile

SIZE_OF_HEADER = 9
CODECS = {"hevc": "hevc", "h264": "h264", "av1": "av1", "flv1": "h263", "aac": "aac", "mp3": "mp3", "opus": "opus",
          "nellymoser": "nellymoser", "pcm_alaw": "g711a", "pcm_mulaw": "g711u", "vp9": "vp9", "vp8": "vp8"}


def tags(data):
    """Yields (type, timestamp, body) of every whole tag."""
    at = SIZE_OF_HEADER + 4
    while at + 11 <= len(data):
        size = int.from_bytes(data[at + 1:at + 4], "big")
        time = int.from_bytes(data[at + 4:at + 7], "big") | data[at + 7] << 24
        if at + 11 + size > len(data):
            return
        yield data[at], time, data[at + 11:at + 11 + size]
        at += 11 + size + 4


def inner_type(body, multitrack):
    """The packet type of an Enhanced RTMP tag, also of the one track inside a multitrack tag."""
    kind = body[0] & 15
    return body[1] & 15 if kind == multitrack and len(body) > 1 else kind


def is_multitrack(kind, body):
    """Whether a tag is for another track than the first."""
    if kind == "video":
        return body[0] & 0x8f == 0x86
    return body[0] == 0x95


def is_enhanced(kind, body):
    """Whether a tag has the layout of Enhanced RTMP, which not every ffprobe reads."""
    return body[0] & 0x80 != 0 if kind == "video" else body[0] >> 4 == 9


def is_video_frame(body):
    """Whether a video tag holds a coded picture."""
    if not body:
        return False
    if body[0] & 0x80:
        return inner_type(body, 6) in (1, 3) and len(body) > 5
    if body[0] >> 4 == 5:
        return False
    return len(body) > 5 and body[1] == 1 if body[0] & 15 == 7 else len(body) > 1


def is_keyframe(body):
    """Whether a video tag says that its picture is a key frame."""
    return (body[0] >> 4) & 7 == 1


def is_audio_frame(body):
    """Whether an audio tag holds coded sound."""
    if not body:
        return False
    if body[0] >> 4 == 9:
        return inner_type(body, 5) == 1 and len(body) > 5
    return len(body) > 2 and body[1] == 1 if body[0] >> 4 == 10 else len(body) > 1


def probe(path):
    """What ffprobe says about the file's streams, by kind."""
    args = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type,codec_name,width,height,sample_rate,channels",
            "-of", "json", str(path)]
    text = subprocess.run(args, capture_output=True, check=False, text=True).stdout
    return {stream["codec_type"]: stream for stream in json.loads(text or "{}").get("streams", [])}


def tracks(path, role):
    """One entry a media kind: codec, size, frames, key frames and the time from the first frame to the last."""
    known = probe(path)
    found = []
    read = list(tags(path.read_bytes()))
    for number, kind, is_frame in ((9, "video", is_video_frame), (8, "audio", is_audio_frame)):
        frames = [(time, body) for tag, time, body in read if tag == number and is_frame(body)]
        if not frames:
            continue
        entry = {"by": path.name, "role": role, "kind": kind, "frames": len(frames),
                 "span_ms": (frames[-1][0] - frames[0][0]) % 2**32}
        if kind == "video":
            keys = [time for time, body in frames if is_keyframe(body)]
            entry["keyframes"] = len(keys)
            one = not any(is_multitrack(kind, body) for _, body in frames)
            if one and 0 < entry["span_ms"] < 2**31:
                entry["fps"] = round((len(frames) - 1) * 1000 / entry["span_ms"], 3)
                if len(keys) > 1:
                    entry["gop_s"] = round((keys[-1] - keys[0]) / (len(keys) - 1) / 1000, 3)
        stream = {} if any(is_enhanced(kind, body) for _, body in frames) else known.get(kind, {})
        if stream.get("codec_name") in CODECS:
            entry["codec"] = CODECS[stream["codec_name"]]
        for key in ("width", "height", "channels"):
            if stream.get(key):
                entry[key] = stream[key]
        if stream.get("sample_rate", "0") != "0":
            entry["sample_rate"] = int(stream["sample_rate"])
        found.append(entry)
    return found


def numbered_avc(path):
    """The H.264 messages of a file by number of their track: (is configuration, data behind the composition time)."""
    found = {}
    for tag, _, body in tags(path.read_bytes()):
        if tag != 9 or len(body) < 5:
            continue
        if body[0] & 0x8f == 7 and body[1] < 2:
            found.setdefault(0, []).append((body[1] == 0, body[5:]))
        elif body[0] & 0x8f == 0x86 and body[1] >> 4 == 0 and body[2:6] == b"avc1" and body[1] & 15 in (0, 1, 3):
            packet = body[1] & 15
            found.setdefault(body[6], []).append((packet == 0, body[10:] if packet == 1 else body[7:]))
    return found


def annex_b(messages):
    """H.264 messages as a stream with start codes, which any decoder reads."""
    out = b""
    for is_configuration, data in messages:
        at, sets = (6, data[5] & 31) if is_configuration else (0, 0)
        while at < len(data):
            if is_configuration and sets == 0:
                sets, at = data[at], at + 1
            size = int.from_bytes(data[at:at + (2 if is_configuration else 4)], "big")
            at += 2 if is_configuration else 4
            out += b"\0\0\0\1" + data[at:at + size]
            at += size
            sets -= 1
            if is_configuration and sets == 0 and data[at - size] & 31 == 8:
                break
    return out


def numbered_sizes(path, capture):
    """Width and height of each numbered H.264 track, as ffprobe reads them from its parameter sets.

    A server that did not record the configuration of a track leaves it to be found in the packets.
    """
    sizes = {}
    sent = capture.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        for number, messages in sorted(numbered_avc(path).items()):
            file = pathlib.Path(folder) / f"{number}.h264"
            if not any(is_configuration for is_configuration, _ in messages):
                _, found, record = sent.partition(b"\x96\0avc1" + bytes([number]))
                messages = [(True, record[:256])] * bool(found) + messages
            file.write_bytes(annex_b(messages))
            video = probe(file).get("video", {})
            sizes[number] = {key: video[key] for key in ("width", "height") if key in video}
    return sizes
