//! What the two sides say that they can do beyond plain RTMP, requests to connect again, and how timestamps are written
//! where programs differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::page::{self, Page, seconds};
use super::plural;
use crate::base::text::Printable;
use crate::report::model::{Capabilities, Connection, ReconnectRequest, Timestamps};

/// Characters of a list or a text from the wire.
const MAX_TEXT: usize = 200;
/// Requests to connect again that are written out.
const SHOWN: usize = 4;

pub(super) fn write(connection: &Connection, page: &mut Page<'_>) -> io::Result<()> {
    if let Some(connect) = &connection.connect {
        for (side, it) in [("client", &connect.client), ("server", &connect.server)] {
            let parts = it.as_ref().map(enhanced).unwrap_or_default();
            if !parts.is_empty() {
                page.line(&format!("enhanced RTMP, {side}: {}", parts.join(", ")))?;
            }
        }
        for request in connect.reconnect_requests.iter().take(SHOWN) {
            page.line(&reconnect(request))?;
        }
        let more = connect.reconnect_requests.len().saturating_sub(SHOWN);
        if more > 0 {
            page.line(&format!(" {more} more requests to connect again"))?;
        }
    }
    let Some(timestamps) = &connection.timestamps else { return Ok(()) };
    for (dir, it) in timestamps.both() {
        let parts = written(it);
        if !parts.is_empty() {
            page.line(&format!("timestamps {} {}", page::direction(dir), parts.join(", ")))?;
        }
    }
    Ok(())
}

/// What a side said of Enhanced RTMP.
fn enhanced(it: &Capabilities) -> Vec<String> {
    let codecs = |name: &str, info: &Option<BTreeMap<String, Vec<String>>>| {
        let each = |(four_cc, can): (&String, &Vec<String>)| match &can[..] {
            [] => four_cc.clone(),
            can => format!("{four_cc} ({})", can.join("+")),
        };
        let each: Vec<String> = info.iter().flatten().map(each).collect();
        listed(name, &each)
    };
    [
        it.four_cc_list.as_deref().and_then(|list| listed("FourCCs", list)),
        codecs("video", &it.video_four_cc_info),
        codecs("audio", &it.audio_four_cc_info),
        it.caps_ex.as_deref().and_then(|list| listed("capsEx", list)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn listed(name: &str, list: &[String]) -> Option<String> {
    (!list.is_empty()).then(|| format!("{name} {}", Printable::new(&list.join(" "), MAX_TEXT)))
}

fn reconnect(it: &ReconnectRequest) -> String {
    let mut line = format!("asked to connect again at {} (packet {})", seconds(it.time_s), it.packet);
    let told = [("to", &it.tc_url), ("because", &it.description)];
    for (word, text) in told.into_iter().filter_map(|(word, text)| Some((word, text.as_deref()?))) {
        // Writing to a string does not fail.
        let _ = write!(line, ", {word} {}", Printable::new(text, MAX_TEXT));
    }
    line
}

/// What is particular about the timestamps of a direction.
fn written(it: &Timestamps) -> Vec<String> {
    [
        (it.extended_messages, "message", " with an extended one"),
        (it.type3_repeated, "chunk", " of format 3 repeating it"),
        (it.type3_omitted, "chunk", " of format 3 without it"),
        (it.deltas_extended, "extended delta", ""),
        (it.deltas_absolute, "absolute value", " in place of a delta"),
        (it.negative_deltas, "step", " back by a delta"),
        (it.type3_after_type0_added, "message", " begun by format 3 that adds an absolute value"),
        (it.type3_after_type0_same, "message", " begun by format 3 that adds nothing"),
        (it.wraps, "wrap", ""),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, what, behind)| format!("{}{behind}", plural(n, what)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn only_what_was_said_of_enhanced_rtmp() {
        let plain = Capabilities { audio_codecs: Some(words(&["aac"])), mode: Some(1), ..Default::default() };
        assert_eq!(enhanced(&plain), Vec::<String>::new());
        let info = [("*", &["decode", "forward"][..]), ("hvc1", &[])];
        let it = Capabilities {
            four_cc_list: Some(words(&["av01", "\u{1b}[m"])),
            video_four_cc_info: Some(info.map(|(name, can)| (name.to_owned(), words(can))).into()),
            audio_four_cc_info: Some(BTreeMap::new()),
            caps_ex: Some(words(&["reconnect", "bit_9"])),
            ..plain
        };
        let said = ["FourCCs av01 \\u{1b}[m", "video * (decode+forward) hvc1", "capsEx reconnect bit_9"];
        assert_eq!(enhanced(&it), said);
    }

    #[test]
    fn a_request_says_where_and_why_if_it_does() {
        let bare = ReconnectRequest { time_s: 1.5, packet: 9, ..ReconnectRequest::default() };
        assert_eq!(reconnect(&bare), "asked to connect again at 1.500 s (packet 9)");
        let (tc_url, description) = (Some("rtmp://b/app".to_owned()), Some("up\ndate".to_owned()));
        let told = reconnect(&ReconnectRequest { tc_url, description, ..bare });
        assert!(told.ends_with("(packet 9), to rtmp://b/app, because up\\ndate"), "{told}");
    }

    #[test]
    fn timestamps_in_words() {
        assert_eq!(written(&Timestamps::default()), Vec::<String>::new());
        let it = Timestamps { extended_messages: 1200, type3_omitted: 1, wraps: 2, ..Timestamps::default() };
        let said = ["1,200 messages with an extended one", "1 chunk of format 3 without it", "2 wraps"];
        assert_eq!(written(&it), said);
    }
}
