//! Rules `TS`: timestamps, and how audio and video go together.

mod shared;

rules! {
    ts_01_backward,
    ts_02_jump,
    ts_03_start_offset,
    ts_04_interleave,
    ts_05_media_clock,
    ts_06_short_clock,
    ts_07_audio_clock,
    ts_08_frame_steps,
    ts_09_composition_time,
}
