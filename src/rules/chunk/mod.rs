//! Rules `CH`: the chunk layer.

mod shared;

rules! {
    ch_01_long_basic_header,
    ch_02_no_header_before,
    ch_03_timestamp_back_by_delta,
    ch_04_message_interrupted,
    ch_05_extended_timestamp_missing,
    ch_06_extended_without_need,
    ch_07_type_3_after_type_0,
    ch_08_headers_too_long,
    ch_09_sync_lost,
    ch_10_chunk_stream_ids,
    ch_11_delta_is_absolute,
}
