//! Rules `MSG`: messages in general.

rules! {
    msg_01_unknown_type,
    msg_02_message_stream,
    msg_03_media_direction,
    msg_04_aggregate_layout,
    msg_05_empty_media,
    msg_06_shared_object_layout,
}
