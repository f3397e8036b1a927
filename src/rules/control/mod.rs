//! Rules `PC`: protocol control messages.

rules! {
    pc_01_control_channel,
    pc_02_control_length,
    pc_03_chunk_size,
    pc_04_abort_without_message,
    pc_05_bandwidth_limit,
    pc_06_bandwidth_unanswered,
}
