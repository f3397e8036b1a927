//! Rules `ERTMP`: Enhanced RTMP.

mod offer;
mod records;
mod shared;

rules! {
    ertmp_01_ex_header,
    ertmp_02_announced,
    ertmp_03_coded_frames_x,
    ertmp_04_sequence_start,
    ertmp_05_two_starts,
    ertmp_06_record,
    ertmp_07_mod_ex,
    ertmp_08_multitrack,
    ertmp_09_tracks,
    ertmp_10_color,
    ertmp_11_command_and_end,
    ertmp_12_properties,
    ertmp_13_reconnect,
}
