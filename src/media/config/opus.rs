//! The identification header of Opus, `OpusHead` (RFC 7845, 5.1).
//!
//! ```text
//! `OpusHead`;  version u8 (1, upper half 0);  channels u8;  pre-skip u16, input rate u32, gain s16, little-endian
//! mapping family u8;  of families other than 0:  streams u8, coupled u8, mapping u8 per channel
//! ```
//!
//! An empty header is allowed (Enhanced RTMP v2) and says nothing. Opus always decodes to 48000 samples a second;
//! the input rate is only what the encoder was given.

use super::{AudioFormat, Description, Format, ends, layout};
use crate::base::read::{Reader, Truncated};

const MAGIC: &[u8] = b"OpusHead";
const RATE: u32 = 48_000;

/// Describes a header.
pub(super) fn describe(record: &[u8]) -> Description {
    let mut format = AudioFormat::default();
    let problem = if record.is_empty() {
        None
    } else if record.starts_with(MAGIC) || MAGIC.starts_with(record) {
        match fill(&mut Reader::new(record), &mut format) {
            Err(cut) => Some(ends("OpusHead", &cut)),
            Ok(version @ 0x10..) => Some(format!("OpusHead of version {version}")),
            Ok(_) => None,
        }
    } else {
        Some("OpusHead does not begin with its name".to_owned())
    };
    Description { record: Some("OpusHead"), format: Format::Audio(format), problem }
}

/// Gives the version.
fn fill(r: &mut Reader<'_>, format: &mut AudioFormat) -> Result<u8, Truncated> {
    r.take(MAGIC.len(), "name")?;
    let version = r.u8("version")?;
    let channels = r.u8("channels")?;
    format.sample_rate = Some(RATE);
    format.channels = Some(channels);
    format.pre_skip = Some(u16::from_le_bytes(r.array("pre-skip")?));
    r.take(4 + 2, "input rate and gain")?;
    let family = r.u8("mapping family")?;
    format.channel_layout = layout_name(family, channels);
    match family {
        0 => {}
        // A matrix in place of the mapping (RFC 8486, 3.2), of streams and coupled streams by channels.
        3 => {
            let streams = r.u8("stream count")?;
            let coupled = r.u8("coupled count")?;
            let cells = (usize::from(streams) + usize::from(coupled)) * usize::from(channels);
            r.take(2 * cells, "demixing matrix")?;
        }
        _ => {
            r.take(2, "stream counts")?;
            r.take(usize::from(channels), "channel mapping")?;
        }
    }
    Ok(version)
}

fn layout_name(family: u8, channels: u8) -> Option<&'static str> {
    match (family, channels) {
        (0 | 1, n) => layout::vorbis(n),
        (2 | 3, _) => Some("ambisonic"),
        _ => None,
    }
}
