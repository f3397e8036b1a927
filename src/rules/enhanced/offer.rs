//! What a side says of Enhanced RTMP in `connect` or in its answer: codecs, and what else it can do.

use crate::amf::Value;
use crate::media::codec::FourCc;
use crate::session::event::MediaKind;

/// Codes remembered of a list at most.
const MOST_CODES: usize = 64;

/// What a side says.
#[derive(Debug, Default)]
pub(super) struct Offer {
    /// `fourCcList`.
    list: Option<Codes>,
    /// `videoFourCcInfoMap`.
    video: Option<Codes>,
    /// `audioFourCcInfoMap`.
    audio: Option<Codes>,
    /// `capsEx`.
    pub(super) caps: Option<u32>,
}

/// Codes of a list.
#[derive(Debug, Default)]
struct Codes {
    /// `*` is among them.
    all: bool,
    known: Vec<FourCc>,
    /// There were more than are remembered.
    more: bool,
}

impl Codes {
    fn of<'v>(names: impl Iterator<Item = &'v str>) -> Self {
        let mut codes = Self::default();
        for name in names {
            match <FourCc>::try_from(name.as_bytes()) {
                Ok(code) if codes.known.len() < MOST_CODES => codes.known.push(code),
                Ok(_) => codes.more = true,
                Err(_) => codes.all |= name == "*",
            }
        }
        codes
    }

    fn has(&self, code: FourCc) -> bool {
        self.all || self.more || self.known.contains(&code)
    }
}

impl Offer {
    /// That of the objects of a `connect`, or of its answer.
    pub(super) fn of<'v>(objects: &(impl Iterator<Item = &'v Value> + Clone)) -> Self {
        let find = |key: &str| objects.clone().find_map(|object| object.get(key));
        let map = |key: &str| {
            let fields = find(key)?.fields()?;
            let able = |(_, flags): &&(String, Value)| flags.as_f64() != Some(0.0);
            Some(Codes::of(fields.iter().filter(able).map(|(name, _)| name.as_str())))
        };
        Self {
            list: find("fourCcList")
                .and_then(Value::items)
                .map(|items| Codes::of(items.iter().filter_map(Value::as_str))),
            video: map("videoFourCcInfoMap"),
            audio: map("audioFourCcInfoMap"),
            caps: find("capsEx").and_then(Value::as_u32),
        }
    }

    /// Whether it names a codec; nothing where it says nothing of codecs of that kind.
    pub(super) fn has(&self, media: MediaKind, code: FourCc) -> Option<bool> {
        let map = match media {
            MediaKind::Video => &self.video,
            MediaKind::Audio => &self.audio,
        };
        let lists = [map, &self.list];
        let mut said = lists.into_iter().flatten().peekable();
        said.peek()?;
        Some(said.any(|codes| codes.has(code)))
    }

    /// Whether it says anything of Enhanced RTMP v2.
    pub(super) const fn says_v2(&self) -> bool {
        self.video.is_some() || self.audio.is_some() || self.caps.is_some()
    }

    /// Memory held beside the structure itself.
    pub(super) fn held_bytes(&self) -> usize {
        let lists = [&self.list, &self.video, &self.audio].into_iter().flatten();
        lists.map(|codes| codes.known.capacity() * size_of::<FourCc>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    fn object(fields: &[(&str, Value)]) -> Value {
        Value::Object(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    #[test]
    fn lists_and_maps_add_up() {
        let map = object(&[("av01", Value::Number(1.0)), ("vp09", Value::Number(0.0))]);
        let list = Value::StrictArray(vec![text("hvc1"), text("no"), text("Opus")]);
        let objects = [object(&[("fourCcList", list)]), object(&[("videoFourCcInfoMap", map)])];
        let offer = Offer::of(&objects.iter());
        let has = |media, code: &[u8; 4]| offer.has(media, *code);
        let video = [b"av01", b"hvc1", b"vp09", b"vvc1"].map(|code| has(MediaKind::Video, code));
        assert_eq!(video, [Some(true), Some(true), Some(false), Some(false)]);
        assert_eq!(has(MediaKind::Audio, b"Opus"), Some(true));
        assert_eq!(Offer::of(&[].iter()).has(MediaKind::Audio, *b"Opus"), None);
        let all = object(&[("audioFourCcInfoMap", object(&[("*", Value::Number(4.0))]))]);
        let offer = Offer::of(&[all].iter());
        assert_eq!(
            (offer.has(MediaKind::Audio, *b"fLaC"), offer.has(MediaKind::Video, *b"av01")),
            (Some(true), None)
        );
        assert!(offer.says_v2());
    }
}
