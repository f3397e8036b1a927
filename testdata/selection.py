"""Which captures of the corpus are kept here, and what is special about some of them."""

KEPT = set("""
nginx_pub_2players nginx_media_a nginx_media_alaw nginx_chunk1_ping
nginx_chunk16_ping srs_av nms_chunk128 nms_idle_player nms_key_in_use gst_rtmp2 ffmpeg_listen_play
ertmp_hevc ertmp_multitrack ertmp_av1_opus
craft_abort craft_ertmp craft_ext_ts_norepeat craft_ext_ts_repeat craft_fmt3_after_fmt0 craft_fmt_types
craft_interleaved craft_msg_types craft_violation
fail_conn_refused fail_gst_segfault_wrap32 fail_handshake_only fail_key_in_use fail_not_rtmp fail_play_no_publisher
fail_server_killed fail_wrong_app
derived_gzip derived_vlan derived_null
derived_pcapng_oldpb derived_pcapng_spb derived_ipfrag derived_reordered
derived_truncated_file derived_lost_packets derived_mid_connection
ns_loss2 ns_any_sll2 ns_blackhole linktype_any_sll nano_timestamps snaplen200
pcapng_dumpcap rtmpt_publish_ffmpeg rtmpe_fail_ffmpeg9 rtmpte_fail_ffmpeg9
ts_extended_20000s ts_wrap_2_32
""".split())

TLS = "RTMPS on a port that nothing says is RTMP: a TLS connection among others"
HTTP = "RTMPT: what is inside the HTTP requests is not decoded"
RC4 = "RTMPE: what is behind the handshake is encrypted"

# holes        bytes are missing, so that counts are bounds; `holed` says in which connections (all)
# not_decoded  nothing is claimed about what is inside
# not_rtmp     connections, by tshark's stream number, that need not be in the report
# no_decoder   the independent decoder read bytes that were not there
# no_tshark    directions for which tshark is no witness
# partly       only a part of the published file got through
RULES = {
    "craft_violation": {"no_tshark": ["to_server"]},
    "craft_ext_ts_norepeat": {"no_tshark": ["to_server"]},
    "derived_ipfrag_missing": {"holes": "1 of 97 records is missing"},
    "derived_lost_packets": {"holes": "five data packets are missing"},
    "derived_mid_connection": {"holes": "the capture begins inside the connections", "no_decoder": True},
    "derived_mid_handshake": {"holes": "the capture begins inside a handshake", "holed": [0], "no_decoder": True},
    "snaplen200": {"holes": "the snap length cut packets", "no_decoder": True, "no_tshark": ["to_server"]},
    "ns_corrupt": {"holes": "13 frames were damaged on the way and have a wrong checksum", "holed": [0],
                   "no_tshark": ["to_server"], "not_rtmp": [2]},
    "ns_blackhole": {"partly": True},
    "fail_conn_refused": {"not_rtmp": [0]},
    "fail_not_rtmp": {"not_rtmp": [0]},
    "rtmps_tls13": {"not_decoded": TLS, "not_rtmp": [0, 1, 2]},
    "rtmps_tls13_dsb": {"not_decoded": TLS, "not_rtmp": [0, 1, 2]},
    "rtmpt_play_ffmpeg": {"not_decoded": HTTP},
    "rtmpt_publish_ffmpeg": {"not_decoded": HTTP},
    "rtmpte_fail_ffmpeg9": {"not_decoded": HTTP},
    "rtmpe_fail_ffmpeg9": {"not_decoded": RC4},
    "rtmpe_play_publish": {"not_decoded": RC4},
}
