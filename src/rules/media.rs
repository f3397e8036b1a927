//! What rules about audio and video share: something for each track, the record in a sequence header.

use crate::media::read;
use crate::media::units::scanner::records;
use crate::rtmp::message::kind::MessageType;
use crate::session::event::{Event, MediaKind, MediaMessage};

use super::per::Per;

/// Something for each track: by the index of its stream and its number.
pub(super) struct ByTrack<T>(Per<(u32, u8), T>);

impl<T> Default for ByTrack<T> {
    fn default() -> Self {
        Self(Per::default())
    }
}

impl<T: Default> ByTrack<T> {
    /// That of a track, made when it is first asked for; none of too many.
    pub(super) fn of(&mut self, stream: u32, track: u8) -> Option<&mut T> {
        self.0.get((stream, track))
    }

    /// All of them, with the index of the stream.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &T)> {
        self.0.all().map(|((stream, _), it)| (*stream, it))
    }
}

impl<T> ByTrack<T> {
    /// Memory held, without what each holds elsewhere.
    pub(super) const fn held_bytes(&self) -> usize {
        self.0.held_bytes()
    }
}

/// Whether all of the message came by, so that its length and its content can be judged. An empty one says nothing.
pub(super) const fn is_whole(media: &MediaMessage) -> bool {
    media.complete && !media.unfinished && length(media) > 0
}

/// Bytes of the message; none of the tracks behind the first.
pub(super) const fn length(media: &MediaMessage) -> u32 {
    media.header_bytes.saturating_add(media.payload_bytes)
}

/// The configuration record of a track in a sequence header.
pub(super) fn record<'a>(event: &Event<'a>, kind: MediaKind, track: u8) -> Option<&'a [u8]> {
    let cut = event.message.is_some_and(|m| usize::try_from(m.length) != Ok(event.body.len()));
    let kind = if kind == MediaKind::Audio { MessageType::AUDIO } else { MessageType::VIDEO };
    let tag = read(kind.0, event.body).filter(|_| !cut)?;
    let mut found = None;
    records(&tag, event.body, |id, _, record| {
        if id == track {
            found = Some(record);
        }
    });
    found
}

/// A number of things, which are named in the singular.
pub(super) fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Bytes in hexadecimal, the first few.
pub(super) fn hex(bytes: &[u8]) -> String {
    const MOST: usize = 32;
    let shown: Vec<_> = bytes.iter().take(MOST).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > MOST { " …" } else { "" };
    format!("{}{more}", shown.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracks_are_kept_apart_and_are_bounded() {
        let mut tracks = ByTrack::<u8>::default();
        *tracks.of(0, 0).unwrap() = 1;
        *tracks.of(0, 1).unwrap() = 2;
        *tracks.of(1, 0).unwrap() = 3;
        assert_eq!(
            [(0, 0), (0, 1), (1, 0)].map(|(stream, track)| *tracks.of(stream, track).unwrap()),
            [1, 2, 3]
        );
        assert_eq!(
            tracks.all().map(|(stream, it)| (stream, *it)).collect::<Vec<_>>(),
            [(0, 1), (0, 2), (1, 3)]
        );
        assert!((2..1000).all(|stream| tracks.of(stream, 0).is_some() == (stream < 255)));
        assert_eq!(tracks.of(1, 0), Some(&mut 3));
    }

    #[test]
    fn numbers_and_bytes_in_words() {
        assert_eq!([0, 1, 2].map(|n| counted(n, "byte")), ["0 bytes", "1 byte", "2 bytes"]);
        assert_eq!(hex(&[0x0A, 0xFF]), "0a ff");
        assert!(hex(&[0; 33]).ends_with("00 00 …"));
    }
}
