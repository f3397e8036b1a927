//! A command about a stream that waits for its status, and what there is to say when that comes late, elsewhere or
//! never.

use crate::base::pos::PacketRef;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::End;
use crate::session::event::Event;

use super::request::Request;
use super::shared::{Unanswered, span_of};

/// A command about a stream, before it is answered.
pub(super) struct Waiting {
    pub(super) request: Request,
    pub(super) stream_id: u32,
    pub(super) at: PacketRef,
    pub(super) place: Place,
    /// Of the stream.
    pub(super) name: String,
    /// Media came.
    pub(super) media: bool,
}

impl Waiting {
    /// The answer came on another message stream.
    pub(super) fn elsewhere(&self, event: &Event<'_>, id: u32, cx: &mut Cx<'_>) {
        cx.find(Found::at(event).case("elsewhere").info(), |_| {
            Said::new(format!("the answer to {} comes on another message stream", self.request.name()))
                .expected(format!("message stream {}", self.stream_id))
                .actual(format!("message stream {id}"))
                .help("send the status on the message stream that the command came on")
        });
    }

    /// The answer came late.
    pub(super) fn late(&self, event: &Event<'_>, (took, most): (i64, i64), cx: &mut Cx<'_>) {
        cx.find(Found::at(event).case("late").warning(), |_| {
            Said::new(format!("the server took long to answer {}", self.request.name()))
                .expected(format!("an answer within {}", span_of(most)))
                .actual(span_of(took))
                .help("look for what the server waits for, such as a callback or an origin server")
        });
    }

    /// No answer came.
    pub(super) fn report(self, how: Unanswered, most: i64, end: &End<'_>, cx: &mut Cx<'_>) {
        let request = self.request;
        let found = Found::in_place(self.place);
        if request.is_about_position() {
            // A connection that ended before the time was up tells nothing.
            let closed = end.tcp.first_close().map(|close| close.at.ts.since(self.at.ts));
            if closed.is_some_and(|waited| waited < most) {
                return cx.doubt(Doubt::TooLittle);
            }
            return cx.find(found.case(request.name()).warning(), |_| {
                Said::new(format!("the server did not answer {}", request.name()))
                    .expected(format!("{} within {}", request.notice(), span_of(most)))
                    .actual(how.how)
                    .help("servers of live streams often ignore pause and seek; do not offer them there")
            });
        }
        if self.media {
            return cx.find(found.case("media-only").warning(), |_| {
                Said::new("the server sends media, but never says that it plays")
                    .expected("onStatus with NetStream.Play.Start")
                    .help("send NetStream.Play.Start in front of the media: players wait for it")
            });
        }
        cx.find(found.case(how.case), |words| {
            let stream = if self.name.is_empty() { "a stream".to_owned() } else { words.name(&self.name) };
            let closed = how.case == "closed";
            let what = if closed { "closed the connection instead of answering" } else { "did not answer" };
            Said::new(format!("the server {what} {} of {stream}", request.name()))
                .expected(format!("onStatus within {}", span_of(most)))
                .actual(how.how)
                .help(request.help(closed))
        });
    }
}
