//! What the report shows of a connection besides figures: handshake, connect with what the peers can do and requests to
//! reconnect, metadata, channels and colour that came in band, refusals, loss of chunk boundaries, timeline.
//!
//! Takes the events of one connection in capture order; keeps what is shown, masked already, within limits. It
//! computes no figures: that is the metrics' work.

mod capabilities;
mod handshake;

use crate::amf::Value;
use crate::base::limits::Limits;
use crate::base::pos::Dir;
use crate::base::time::CaptureTime;
use crate::rtmp::message::user_control::UserControl;
use crate::session::event::{CommandEvent, DataEvent, Event, Kind};

use super::in_band::InBand;
use super::loss::{BothLosses, Losses};
use super::mask::Masker;
use super::model::{Connect, Handshake, Object, ReconnectRequest, Role};
use super::reached::Reached;
use super::timeline::Kept;
use super::weight;

/// What is kept of one connection.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) handshake: Option<Handshake>,
    pub(crate) handshake_bytes: Option<(u64, u64)>,
    pub(crate) connect: Option<Connect>,
    /// Metadata by index of the stream.
    pub(crate) metadata: Vec<(u32, Object)>,
    /// What came in band about single tracks.
    pub(crate) in_band: InBand,
    /// Why the server refused to connect the client.
    pub(crate) refused_connect: Option<Refusal>,
    /// Why it refused a stream, by index; the first word counts.
    refused: Vec<(u32, Refusal)>,
    /// The stream that began last.
    newest: Option<u32>,
    /// Streams that were started by an answer (`Publish.Start`, `Play.Start`).
    pub(crate) granted: Vec<u32>,
    /// Streams that the client ended (`deleteStream`, `closeStream`), by index.
    stopped: Vec<u32>,
    /// The client said that it is done, whether or not that named a stream it has.
    pub(crate) client_stopped: bool,
    /// The server said that a stream is over.
    pub(crate) server_stopped: bool,
    /// What of each direction was not seen, and why.
    pub(crate) losses: BothLosses,
    pub(crate) first_gap: Option<u64>,
    pub(crate) timeline: Kept,
    pub(crate) timeline_omitted: u64,
    pub(crate) reached: Reached,
    /// Memory of what is kept here and grows, or more.
    held: usize,
    /// Of the connect command and what answered it.
    connect_held: usize,
}

/// What an allocation costs beside its bytes.
const ALLOCATION: usize = 16;
/// What the metadata of a stream costs beside its text.
const METADATA_HELD: usize = ALLOCATION + 2 * size_of::<(u32, Object)>();

/// A status of level `error`, or an `_error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Option<String>,
    pub(crate) description: Option<String>,
}

impl Refusal {
    fn len(&self) -> usize {
        [&self.code, &self.description].into_iter().flatten().map(|text| text.len() + ALLOCATION).sum()
    }
}

impl Collected {
    /// Takes the next event.
    pub(crate) fn event(
        &mut self,
        event: &Event<'_>,
        start: CaptureTime,
        limits: &Limits,
        timeline_left: &mut usize,
        masker: &mut Masker,
    ) {
        self.reached.event(event, limits);
        match &event.kind {
            Kind::Hello(greeting) => self.hello(event.dir, greeting),
            Kind::Echo(answer) => self.echo(event.dir, answer.map(|answer| answer.echo)),
            Kind::HandshakeDone { duration_ns, .. } => self.handshake_done(*duration_ns),
            Kind::HandshakeFailed { client_bytes, server_bytes, .. } => {
                self.handshake_bytes = Some((*client_bytes, *server_bytes));
            }
            Kind::Command(command) => self.command(command, event, start, masker),
            Kind::Data(data) => self.data(data, limits, masker),
            Kind::ColorInfo { .. } | Kind::Channels { .. } => {
                self.in_band.event(event, limits, &mut self.reached, masker);
            }
            Kind::UserControl(UserControl::StreamEof { .. }) => self.server_stopped = true,
            Kind::StreamStarted { stream, name, .. } => {
                self.newest = Some(*stream);
                // Names are numbered in the order of the capture, also those that no entry of a timeline shows.
                if let Some(name) = name {
                    masker.name(name);
                }
            }
            Kind::StreamStopped { stream, by: Some(Dir::ClientToServer) } => self.stopped.push(*stream),
            Kind::Fact(fact) => self.losses.fact(event.dir, fact, event.span),
            Kind::TcpGap { snapped, .. } => {
                self.losses.gap(event.dir, event.at.no, *snapped);
                if !snapped {
                    self.first_gap.get_or_insert(event.at.no);
                }
            }
            _ => {}
        }
        if event.kind.is_frame() {
            return;
        }
        if self.timeline.len() < limits.timeline && *timeline_left > 0 {
            *timeline_left -= usize::from(self.timeline.add(event, start, masker));
        } else if event.kind.name(event.dir).is_some() {
            self.timeline_omitted += 1;
            let full = self.timeline.len() >= limits.timeline;
            self.reached.add(if full { "timeline" } else { "timeline_total" });
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.held
            + self.timeline.held_bytes()
            + self.connect_held
            + self.in_band.held_bytes()
            + self.losses.held_bytes()
    }

    /// Whether bytes are missing in the direction of a role's media.
    pub(crate) fn is_cut(&self, role: Role) -> bool {
        self.losses_of(role).is_cut()
    }

    /// Whether an answer of the server may be among what could not be decoded.
    pub(crate) fn may_have_answered(&self) -> bool {
        let losses = self.losses.get(Dir::ServerToClient);
        losses.is_lost() || losses.is_cut()
    }

    /// What is missing in the direction of a role's media, or of the client's commands.
    pub(crate) fn losses_of(&self, role: Role) -> &Losses {
        self.losses.get(match role {
            Role::Publish => Dir::ClientToServer,
            Role::Play => Dir::ServerToClient,
        })
    }

    fn command(&mut self, it: &CommandEvent<'_>, event: &Event<'_>, start: CaptureTime, masker: &mut Masker) {
        let (command, dir) = (it.command, event.dir);
        let status = |key: &str| command.status().and_then(|s| s.get(key)).and_then(Value::as_str);
        match it.name {
            "nc.connect" => {
                let field = |key: &str| command.object.as_ref().and_then(|o| o.get(key));
                let text = |key: &str| field(key).and_then(Value::as_str);
                let connect = self.connect.get_or_insert_default();
                connect.app = text("app").map(|app| masker.app(app));
                connect.tc_url = text("tcUrl").map(|url| masker.url(url));
                connect.flash_version = text("flashVer").map(|v| masker.text(v));
                connect.object_encoding = field("objectEncoding").and_then(Value::as_u32);
                connect.client = capabilities::client(command, masker);
            }
            "nc.connect_result" | "nc.connect_error" => {
                let connect = self.connect.get_or_insert_default();
                connect.result = Some(masker.word(status("code").unwrap_or(match it.name {
                    "nc.connect_result" => "NetConnection.Connect.Success",
                    _ => "NetConnection.Connect.Rejected",
                })));
                connect.description = status("description").map(|d| masker.text(d));
                let properties = command.object.as_ref();
                let server = properties.and_then(|o| o.get("fmsVer")).and_then(Value::as_str);
                connect.server_version = server.map(|v| masker.text(v));
                connect.server = capabilities::server(command, masker);
            }
            "nc.reconnect_request" if dir == Dir::ServerToClient => {
                let requests = &mut self.connect.get_or_insert_default().reconnect_requests;
                if requests.len() < capabilities::MOST {
                    requests.push(ReconnectRequest {
                        time_s: event.at.ts.seconds_since(start),
                        packet: event.at.no,
                        tc_url: status("tcUrl").map(|url| masker.url(url)),
                        description: status("description").map(|d| masker.text(d)),
                    });
                } else {
                    self.reached.add("reconnect_requests");
                }
            }
            "ns.publish_start" | "ns.play_start" => {
                self.granted.extend(it.stream.filter(|stream| !self.granted.contains(stream)));
            }
            "ns.play_stop" | "ns.unpublish" => self.server_stopped = true,
            "ns.fc_unpublish" | "ns.delete_stream" | "ns.close_stream" if dir == Dir::ClientToServer => {
                self.client_stopped = true;
            }
            _ => {}
        }
        if it.name.starts_with("nc.connect") && capabilities::are_more(command) {
            self.reached.add("capabilities");
        }
        let failed = it.name == "nc.connect_error" || status("level") == Some("error");
        if dir == Dir::ServerToClient && failed {
            let refusal = Refusal {
                code: status("code").map(|c| masker.word(c)),
                description: status("description").map(|d| masker.text(d)),
            };
            self.refuse(it, refusal);
        }
        if it.name.starts_with("nc.connect") || it.name == "nc.reconnect_request" {
            let refused = self.refused_connect.as_ref().map_or(0, Refusal::len);
            self.connect_held = refused + self.connect.as_ref().map_or(0, weight::connect);
        }
    }

    /// A failure belongs to the stream it names; one on message stream 0 to the newest that waits for an answer.
    fn refuse(&mut self, event: &CommandEvent<'_>, refusal: Refusal) {
        match event.name {
            "nc.connect_error" | "nc.status" => self.refused_connect = Some(refusal),
            "ns.status" => {
                let waits = |stream: &u32| !self.granted.contains(stream) && self.refusal(*stream).is_none();
                let stream = event.stream.or(self.newest.filter(waits));
                if let Some(stream) = stream.filter(|stream| self.refusal(*stream).is_none()) {
                    self.held += size_of::<(u32, Refusal)>() + refusal.len();
                    self.refused.push((stream, refusal));
                }
            }
            _ => {}
        }
    }

    /// Why the server refused the stream at an index.
    pub(crate) fn refusal(&self, stream: u32) -> Option<&Refusal> {
        self.refused.iter().find(|(index, _)| *index == stream).map(|(_, refusal)| refusal)
    }

    /// Whether the client ended the stream at an index.
    pub(crate) fn has_stopped(&self, stream: u32) -> bool {
        self.stopped.contains(&stream)
    }

    /// Whether chunk boundaries were lost in the direction of a role's media, or of the client's commands.
    pub(crate) fn is_lost(&self, role: Role) -> bool {
        self.losses_of(role).is_lost()
    }

    fn data(&mut self, data: &DataEvent<'_>, limits: &Limits, masker: &mut Masker) {
        let (Some(stream), "data.metadata") = (data.stream, data.name) else { return };
        let Some(value) = data.values.first() else { return };
        let mut text = Vec::new();
        masker.value(value, &mut text);
        if let Some(new) = Object::from_json(&text) {
            let cost = |object: &Object| object.as_json().len() + METADATA_HELD;
            if let Some((_, old)) = self.metadata.iter_mut().find(|(s, _)| *s == stream) {
                self.held = (self.held + cost(&new)).saturating_sub(cost(old));
                *old = new;
            } else if self.metadata.len() < limits.streams {
                self.held += cost(&new);
                self.metadata.push((stream, new));
            }
        }
    }
}
