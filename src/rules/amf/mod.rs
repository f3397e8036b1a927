//! Rules `AMF`: the values inside of messages.

mod shared;

rules! {
    amf_01_marker,
    amf_02_value_bounds,
    amf_03_text,
    amf_04_reference,
    amf_05_format_byte,
    amf_06_object_encoding,
}
