//! What the entry of a connection costs in memory.
//!
//! Takes an entry, gives the bytes that it and all it owns take, or somewhat more. What the allocator adds is part of
//! it.

use super::model::{
    AudioTrack, Capabilities, Connect, Connection, Finding, Handshake, NumberedTrack, Stream, TimelineEntry,
    VideoTrack,
};

/// What an allocation costs beside its bytes.
const ALLOCATION: usize = 16;

/// Memory of an entry.
pub(crate) fn connection(entry: &Connection) -> usize {
    let messages = entry.messages.both().map(|(_, messages)| {
        let types = &messages.by_type.0;
        list(types) + types.iter().map(|(name, _)| text(name)).sum::<usize>()
    });
    let commands = entry.commands.iter().map(|command| {
        let optional = [&command.response, &command.response_code];
        text(&command.name) + optional.into_iter().flatten().map(text).sum::<usize>()
    });
    let parts = [
        size_of::<Connection>(),
        text(&entry.client) + text(&entry.server) + text(&entry.verdict),
        entry.connect.as_ref().map_or(0, connect),
        entry.handshake.as_ref().map_or(0, handshake),
        entry.chunk_sizes.both().into_iter().map(|(_, sizes)| list(sizes)).sum(),
        list(&entry.commands) + commands.sum::<usize>(),
        messages.into_iter().sum(),
        list(&entry.streams) + entry.streams.iter().map(stream).sum::<usize>(),
        entry.acknowledgement.both().iter().filter_map(|(_, a)| a.base.as_ref()).map(text).sum(),
        list(&entry.timeline) + entry.timeline.iter().map(event).sum::<usize>(),
        list(&entry.findings) + entry.findings.iter().map(finding).sum::<usize>(),
    ];
    parts.into_iter().sum()
}

/// A list without room for more.
pub(super) fn exact<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// Memory of what `connect` and its answer say, beside the structure itself.
pub(super) fn connect(connect: &Connect) -> usize {
    let Connect { app, tc_url, flash_version, result, description, server_version, .. } = connect;
    let texts = [app, tc_url, flash_version, result, description, server_version];
    let peers = [&connect.client, &connect.server].into_iter().flatten().map(capabilities);
    let requests = &connect.reconnect_requests;
    let of_requests = requests.iter().map(|request| optional(&[&request.tc_url, &request.description]));
    texts.into_iter().flatten().map(text).sum::<usize>()
        + peers.sum::<usize>()
        + list(requests)
        + of_requests.sum::<usize>()
}

fn capabilities(it: &Capabilities) -> usize {
    let texts = |texts: &Vec<String>| list(texts) + texts.iter().map(text).sum::<usize>();
    let lists = [&it.four_cc_list, &it.caps_ex, &it.audio_codecs, &it.video_codecs, &it.video_function];
    let maps = [&it.video_four_cc_info, &it.audio_four_cc_info].into_iter().flatten().flatten();
    // A node of the tree has room for more entries than it holds.
    let entry = 2 * size_of::<(String, Vec<String>)>();
    lists.into_iter().flatten().map(texts).sum::<usize>()
        + maps.map(|(key, flags)| text(key) + texts(flags) + entry).sum::<usize>()
        + optional(&[&it.fms_version])
}

fn handshake(it: &Handshake) -> usize {
    optional(&[&it.client_program, &it.server_program, &it.proxy_client])
}

fn stream(stream: &Stream) -> usize {
    let tracks = stream.tracks.iter().map(|track| match track {
        NumberedTrack::Video { track, .. } => ALLOCATION + size_of::<VideoTrack>() + video(track),
        NumberedTrack::Audio { track, .. } => ALLOCATION + size_of::<AudioTrack>() + audio(track),
    });
    let tracks = Some(list(&stream.tracks) + tracks.sum::<usize>());
    let (video, audio) = (stream.video.as_ref().map(video), stream.audio.as_ref().map(audio));
    let metadata = stream.metadata.as_ref().map(|m| m.as_json().len() + ALLOCATION);
    optional(&[&stream.name]) + [video, audio, tracks, metadata].into_iter().flatten().sum::<usize>()
}

fn video(track: &VideoTrack) -> usize {
    let color_info = track.color_info.as_ref().map_or(0, |info| info.as_json().len() + ALLOCATION);
    text(&track.codec) + optional(&[&track.profile, &track.level]) + color_info
}

fn audio(track: &AudioTrack) -> usize {
    text(&track.codec) + optional(&[&track.profile, &track.channel_layout])
}

fn event(entry: &TimelineEntry) -> usize {
    entry.detail.as_json().len() + ALLOCATION
}

fn finding(finding: &Finding) -> usize {
    let Finding { code, name, message, expected, actual, help, spec, .. } = finding;
    text(code) + text(name) + text(message) + optional(&[expected, actual, help, spec])
}

fn optional(texts: &[&Option<String>]) -> usize {
    texts.iter().filter_map(|text| text.as_ref()).map(text).sum()
}

fn text(text: &String) -> usize {
    text.capacity() + ALLOCATION
}

fn list<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>() + ALLOCATION
}
