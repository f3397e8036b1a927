//! Rules `UC`: user control messages.

mod shared;

rules! {
    uc_01_control_stream,
    uc_02_event_length,
    uc_03_unknown_event,
    uc_04_event_direction,
    uc_05_ping_answer,
    uc_06_stream_events,
}
