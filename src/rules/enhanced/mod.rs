//! Rules `ERTMP`: Enhanced RTMP.

mod shared;

rules! {
    ertmp_01_ex_header,
    ertmp_03_coded_frames_x,
    ertmp_04_sequence_start,
    ertmp_05_two_starts,
    ertmp_07_mod_ex,
    ertmp_08_multitrack,
    ertmp_11_command_and_end,
}
