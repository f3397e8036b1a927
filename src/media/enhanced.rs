//! The parts of an Enhanced header that audio and video share (Enhanced RTMP v2, `ExVideoTagHeader` and
//! `ExAudioTagHeader`): the chain of extensions, and the `FourCC` with the track.

use super::codec::Codec;
use super::tag::{MOST_OFFSET_NS, Packet, Role, Tag, Track};
use super::tracks::{Head, Layout};
use crate::base::read::{Reader, Truncated};

/// Packet type of an extension in front of the real packet type.
pub(super) const MOD_EX: u8 = 7;

/// The extension that adds nanoseconds to the presentation time.
const TIMESTAMP_OFFSET_NANO: u8 = 0;

/// Reads extensions until there is another packet type, and gives that.
///
/// ```text
/// size−1 u8, or FF and size−1 u16;  data;  type 4 bits, next packet type 4 bits
/// ```
pub(super) fn mod_ex(r: &mut Reader<'_>, tag: &mut Tag<'_>, mut packet_type: u8) -> Result<u8, Truncated> {
    while packet_type == MOD_EX {
        let mut size = usize::from(r.u8("ModEx size")?) + 1;
        if size == 256 {
            size = usize::from(r.u16("ModEx size")?) + 1;
        }
        let data = r.take(size, "ModEx data")?;
        let next = r.u8("ModEx type")?;
        tag.extensions = tag.extensions.saturating_add(1);
        match (next >> 4, data) {
            (TIMESTAMP_OFFSET_NANO, data) => {
                let offset =
                    if let [a, b, c, ..] = data { Some(u32::from_be_bytes([0, *a, *b, *c])) } else { None };
                tag.offset_ns = offset.or(tag.offset_ns);
                let invalid = offset.is_none_or(|ns| ns > MOST_OFFSET_NS);
                tag.invalid_extensions = tag.invalid_extensions.saturating_add(u32::from(invalid));
            }
            _ => tag.unknown_extensions = tag.unknown_extensions.saturating_add(1),
        }
        packet_type = next & 0x0F;
    }
    Ok(packet_type)
}

/// Reads all from behind the packet type to the (first) track's body, and sets the role by `role_of`.
///
/// `multitrack` is the packet type of multitrack messages, which audio and video number differently.
/// Gives the offset of the track's body, or none when the layout of the tracks is not known.
pub(super) fn tracks(
    r: &mut Reader<'_>,
    tag: &mut Tag<'_>,
    (packet_type, multitrack): (u8, u8),
    role_of: impl Fn(u8) -> Role,
) -> Result<Option<usize>, Truncated> {
    if packet_type != multitrack {
        tag.role = role_of(packet_type);
        tag.packet = Packet::of(tag.role, packet_type);
        tag.codec = Some(Codec::from_fourcc(r.array("FourCC")?));
        return Ok(Some(r.at()));
    }
    let byte = r.u8("multitrack type")?;
    let (layout, packet_type) = (Layout::from(byte >> 4), byte & 0x0F);
    tag.layout = Some(layout);
    tag.role = role_of(packet_type);
    tag.packet = Packet::of(tag.role, packet_type);
    if let Layout::Reserved(_) = layout {
        tag.role = Role::Reserved(packet_type);
    }
    if matches!(layout, Layout::One | Layout::Many) {
        tag.codec = Some(Codec::from_fourcc(r.array("FourCC")?));
    }
    let list_at = r.at();
    let Some(head) = Head::read(r, layout)? else { return Ok(None) };
    tag.codec = head.codec.or(tag.codec);
    tag.track = Some(Track { layout, id: head.id, size: head.size, list_at });
    Ok(Some(r.at()))
}
