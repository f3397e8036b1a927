//! The body of a multichannel configuration message (Enhanced RTMP v2, `MultichannelConfig`).
//!
//! ```text
//! order u8, channel count u8;  order 1: flags u32, bit i = channel i;  order 2: channel u8 × count
//! ```

use std::borrow::Cow;

use crate::base::read::{Reader, Truncated};

/// Which channel is which loudspeaker.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChannelConfig<'a> {
    /// Channels in the stream.
    pub(crate) count: u8,
    /// How they are assigned.
    pub(crate) order: ChannelOrder<'a>,
}

/// How channels are assigned.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChannelOrder<'a> {
    /// 0: only their number is known.
    Unspecified,
    /// 1: those of these flags, in the order of the bits.
    Native(u32),
    /// 2: one loudspeaker number for each channel.
    Custom(&'a [u8]),
    /// Any other order.
    Reserved(u8),
}

impl ChannelOrder<'_> {
    /// The name in timelines.
    pub(crate) fn name(self) -> Cow<'static, str> {
        match self {
            Self::Unspecified => "unspecified".into(),
            Self::Native(_) => "native".into(),
            Self::Custom(_) => "custom".into(),
            Self::Reserved(number) => format!("reserved_{number}").into(),
        }
    }
}

const NAMES: [&str; 24] = [
    "FL", "FR", "FC", "LFE1", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL",
    "TBC", "TBR", "LFE2", "TSL", "TSR", "BFC", "BFL", "BFR",
];

impl<'a> ChannelConfig<'a> {
    /// Reads the body of the message.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Truncated> {
        let mut r = Reader::new(bytes);
        let order = r.u8("channel order")?;
        let count = r.u8("channel count")?;
        let order = match order {
            0 => ChannelOrder::Unspecified,
            1 => ChannelOrder::Native(r.u32("channel flags")?),
            2 => ChannelOrder::Custom(r.take(usize::from(count), "channel mapping")?),
            other => ChannelOrder::Reserved(other),
        };
        Ok(Self { count, order })
    }

    /// The names of the loudspeakers; `?` where there is none.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        match self.order {
            ChannelOrder::Native(flags) => {
                (0..32_u8).filter(|bit| flags >> bit & 1 == 1).map(channel_name).collect()
            }
            ChannelOrder::Custom(ids) => ids.iter().copied().map(channel_name).collect(),
            ChannelOrder::Unspecified | ChannelOrder::Reserved(_) => Vec::new(),
        }
    }
}

fn channel_name(id: u8) -> &'static str {
    match id {
        0xFE => "unused",
        _ => NAMES.get(usize::from(id)).copied().unwrap_or("?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order() {
        let five_one = ChannelConfig::parse(&[1, 6, 0, 0, 0, 0x3F]).unwrap();
        assert_eq!((five_one.count, five_one.names().join(" ").as_str()), (6, "FL FR FC LFE1 BL BR"));
        let custom = ChannelConfig::parse(&[2, 4, 23, 0, 0xFE, 0xFF, 9]).unwrap();
        assert_eq!(custom.names(), ["BFR", "FL", "unused", "?"]);
        let unspecified = ChannelConfig { count: 2, order: ChannelOrder::Unspecified };
        assert_eq!(ChannelConfig::parse(&[0, 2]), Ok(unspecified));
        assert_eq!(ChannelConfig::parse(&[9, 2]).unwrap().order, ChannelOrder::Reserved(9));
        for cut in [&[1, 6, 0, 0, 0][..], &[2, 2, 0], &[0], &[]] {
            assert!(ChannelConfig::parse(cut).is_err());
        }
    }
}
