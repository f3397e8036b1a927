//! Rules `VID`: video tags and H.264.

mod shared;

rules! {
    vid_01_video_tag_length,
    vid_02_frame_type,
    vid_03_video_codec_id,
    vid_04_avc_packet_type,
    vid_05_avc_header_missing,
    vid_06_avc_record,
    vid_07_nal_lengths,
    vid_08_key_frame_content,
    vid_09_first_frame,
    vid_10_key_frame_distance,
    vid_11_header_change,
    vid_12_parameter_sets_differ,
}
