//! Rules `AUD`: audio tags and AAC.

mod shared;

rules! {
    aud_01_sound_format,
    aud_02_sound_bits,
    aud_03_aac_packet,
    aud_04_aac_header_missing,
    aud_05_aac_config,
    aud_06_adts_in_aac,
    aud_07_aac_config_change,
}
