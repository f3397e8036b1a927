//! The configuration of FLAC: its marker and the block STREAMINFO (RFC 9639, 8.2).
//!
//! ```text
//! [`fLaC`]  [last 1 bit, type 7 (0), size u24 (34)]
//! block size min u16, max u16;  frame size min u24, max u24;  rate 20 bits, channels − 1 3, bits − 1 5, samples 36
//! MD5 16 bytes
//! ```
//!
//! Marker and block header may be left out, as some programs do.

use super::{AudioFormat, Description, Format, ends, layout};
use crate::base::read::{Reader, Truncated};
use crate::media::bits::Bits;

const MARKER: &[u8] = b"fLaC";
const STREAM_INFO_LEN: u8 = 34;

/// Describes a configuration.
pub(super) fn describe(record: &[u8]) -> Description {
    let mut format = AudioFormat::default();
    let block = record.strip_prefix(MARKER);
    // The block alone does not begin so: no frame is that short.
    let has_header = block.is_some() || matches!(record, [0x00 | 0x80, 0, 0, STREAM_INFO_LEN, ..]);
    let problem = fill(block.unwrap_or(record), has_header, &mut format).err();
    Description { record: Some("STREAMINFO"), format: Format::Audio(format), problem }
}

fn fill(block: &[u8], has_header: bool, format: &mut AudioFormat) -> Result<(), String> {
    let cut = |cut: Truncated| ends("STREAMINFO", &cut);
    let mut r = Reader::new(block);
    if has_header {
        let block_type = r.u8("block type").map_err(cut)? & 0x7F;
        if block_type != 0 {
            return Err(format!("metadata block of type {block_type} in place of STREAMINFO"));
        }
        r.u24("block size").map_err(cut)?;
    }
    stream_info(&mut Bits::new(r.rest()), format).map_err(cut)
}

fn stream_info(b: &mut Bits<'_>, format: &mut AudioFormat) -> Result<(), Truncated> {
    let shortest = b.u(16, "shortest block")?;
    let longest = b.u(16, "longest block")?;
    format.frame_samples = u16::try_from(longest).ok().filter(|_| shortest == longest);
    b.skip(24 + 24, "frame sizes")?;
    format.sample_rate = Some(b.u(20, "sample rate")?).filter(|&rate| rate > 0);
    let channels = b.u8(3, "channels")? + 1;
    format.channels = Some(channels);
    format.channel_layout = layout::vorbis(channels);
    format.bits_per_sample = Some(b.u8(5, "bits per sample")? + 1);
    b.skip(36 + 128, "samples and MD5")
}
