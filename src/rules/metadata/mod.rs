//! Rules `META`: `onMetaData` and other data messages.

mod rate;
mod shared;
mod size;
mod sound;

rules! {
    meta_01_present,
    meta_02_wrapper,
    meta_03_array,
    meta_04_fields,
    meta_05_video,
    meta_06_codecs,
    meta_07_audio,
}
