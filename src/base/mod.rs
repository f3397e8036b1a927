//! Shared words of all layers: where a byte came from, when, and how to take bytes apart.
//!
//! Takes nothing from other modules and knows no protocol. It gives positions ([`pos`]), the capture and media
//! clocks as types ([`time`]), the byte reader ([`read`]), the bounds on what hostile input may cost ([`limits`]),
//! addresses ([`endpoint`]), short lists ([`list`]) and the safe display of wire text ([`text`]).

mod buckets;
pub(crate) mod endpoint;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod pos;
pub(crate) mod quantile;
pub(crate) mod read;
pub(crate) mod text;
pub(crate) mod time;
