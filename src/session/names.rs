//! The stable timeline names of commands and data messages.

use crate::base::pos::Dir;

/// The name of a command: what was called, or what a response answers. The answer to `connect` says so itself where
/// the call was not seen before it.
pub(super) fn command(name: &str, answers: Option<&str>, code: Option<&str>) -> &'static str {
    let of_connect =
        || code.is_some_and(|code| code.starts_with("NetConnection.Connect.")).then_some("connect");
    let answers = answers.or_else(of_connect);
    match name {
        "_result" => match answers {
            Some("connect") => "nc.connect_result",
            Some("createStream") => "ns.create_stream_result",
            _ => "nc.result",
        },
        "_error" => match answers {
            Some("connect") => "nc.connect_error",
            _ => "nc.error",
        },
        "onStatus" => status(code.unwrap_or_default()),
        "connect" => "nc.connect",
        "close" => "nc.close",
        "onBWDone" => "nc.bw_done",
        "_checkbw" | "checkBandwidth" | "onBWCheck" | "_onbwcheck" | "_onbwdone" => "nc.check_bw",
        "releaseStream" => "ns.release_stream",
        "FCPublish" => "ns.fc_publish",
        "onFCPublish" => "ns.on_fc_publish",
        "FCSubscribe" => "ns.fc_subscribe",
        "onFCSubscribe" => "ns.on_fc_subscribe",
        "getStreamLength" => "ns.get_stream_length",
        "createStream" => "ns.create_stream",
        "deleteStream" => "ns.delete_stream",
        "closeStream" => "ns.close_stream",
        "FCUnpublish" => "ns.fc_unpublish",
        "onFCUnpublish" => "ns.on_fc_unpublish",
        "onFCUnsubscribe" => "ns.on_fc_unsubscribe",
        "publish" => "ns.publish",
        "play" => "ns.play",
        "play2" => "ns.play2",
        "pause" | "pauseRaw" => "ns.pause",
        "seek" => "ns.seek",
        "receiveAudio" => "ns.receive_audio",
        "receiveVideo" => "ns.receive_video",
        _ => "nc.call",
    }
}

fn status(code: &str) -> &'static str {
    match code {
        "NetStream.Publish.Start" => "ns.publish_start",
        "NetStream.Unpublish.Success" => "ns.unpublish",
        "NetStream.Play.Reset" => "ns.play_reset",
        "NetStream.Play.Start" => "ns.play_start",
        "NetStream.Play.Stop" => "ns.play_stop",
        "NetConnection.Connect.ReconnectRequest" => "nc.reconnect_request",
        code if code.starts_with("NetConnection.") => "nc.status",
        _ => "ns.status",
    }
}

/// The name of a data message by its handler; `set` when it came behind `@setDataFrame`.
pub(super) fn data(handler: Option<&str>, set: bool, dir: Dir) -> &'static str {
    match handler {
        Some("onMetaData") => "data.metadata",
        _ if set => "data.set_data_frame",
        Some("@clearDataFrame") => "data.clear_data_frame",
        Some("onCuePoint") => "data.cue_point",
        Some("onTextData" | "onCaption" | "onCaptionInfo") => "data.text",
        Some("onPlayStatus") if dir == Dir::ServerToClient => "ns.play_complete",
        Some("|RtmpSampleAccess") => "ns.sample_access",
        Some("onStatus") => "ns.status",
        _ => "data.other",
    }
}

#[cfg(test)]
mod tests {
    use super::command;

    /// The call comes late, or never, where bytes in front of it are not in the capture.
    #[test]
    fn an_answer_to_connect_says_so_itself() {
        let success = Some("NetConnection.Connect.Success");
        assert_eq!(command("_result", None, success), "nc.connect_result");
        assert_eq!(command("_error", None, Some("NetConnection.Connect.Rejected")), "nc.connect_error");
        assert_eq!(command("_result", None, Some("NetConnection.Call.Failed")), "nc.result");
        assert_eq!(command("_result", None, None), "nc.result");
        assert_eq!(command("_result", Some("createStream"), success), "ns.create_stream_result");
    }
}
