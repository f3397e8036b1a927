//! Message bodies of the protocol itself, and the handshake however it is cut.
//!
//! The first byte says what the rest is.

use super::input::Input;
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef};
use crate::rtmp::handshake::{
    Digest, Form, HANDSHAKE_BYTES, Handshake, Hello, Place, Said, Step, begins_hello,
};
use crate::rtmp::message::command::Command;
use crate::rtmp::message::kind::MessageType;
use crate::rtmp::message::shared_object::SharedObject;
use crate::rtmp::message::user_control::UserControl;

/// Reads the input as what its first byte says.
pub(super) fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.u8() % 5 {
        0 => user_control(input.rest()),
        1 => handshake(input),
        2 => {
            let body = input.rest();
            let command =
                |limits: &Limits| format!("{:?}", Command::parse(MessageType::COMMAND_AMF0, body, limits));
            assert_eq!(command(&Limits::default()), command(&Limits::default()), "two readings are equal");
        }
        4 => shared_object(input),
        _ => {
            let kind = MessageType(input.u8());
            let name = kind.to_string();
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
            assert_eq!(kind.is_known(), !name.starts_with("unknown_"), "{name}");
            assert!(!begins_hello(input.rest().get(..11).unwrap_or(&[])), "11 bytes are too few to tell");
        }
    }
}

fn user_control(body: &[u8]) {
    let event = match UserControl::parse(body) {
        Ok(event) => event,
        Err(short) => {
            assert!(body.len() < 10, "the longest event has 10 bytes: {body:?}");
            assert!(short.name.starts_with("uc."), "{short:?}");
            assert_eq!(short.bytes, body.len() - if body.len() < 2 { 0 } else { 2 }, "{short:?}");
            return;
        }
    };
    if let UserControl::Unknown { bytes, .. } = event {
        assert_eq!(bytes + 2, body.len(), "all behind the number is its data");
    }
    assert!(event.name().starts_with("uc."), "{}", event.name());
    // What is behind the last argument changes nothing of a known event.
    let mut longer = body.to_vec();
    longer.push(0);
    let known = event.body_len().is_some();
    assert!(!known || UserControl::parse(&longer) == Ok(event), "{event:?}");
}

/// The events of a shared object lie in its body, and what is whole does not depend on what follows.
fn shared_object(mut input: Input<'_>) {
    let kind = match input.u8() & 1 {
        0 => MessageType::SHARED_OBJECT_AMF0,
        _ => MessageType::SHARED_OBJECT_AMF3,
    };
    let cut = usize::from(input.u8());
    let body = input.rest();
    let limits = Limits::default();
    let object = SharedObject::parse(kind, body, &limits);
    let again = SharedObject::parse(kind, body, &limits);
    assert_eq!(format!("{object:?}"), format!("{again:?}"), "two readings are equal");
    assert!(object.undecoded <= body.len(), "{} of {} bytes", object.undecoded, body.len());
    assert!(
        object.undecoded == 0 || object.problem.is_some(),
        "what is not decoded has a reason: {object:?}"
    );
    assert!(object.events.len() <= body.len() / 5, "{} events", object.events.len());
    for event in &object.events {
        let name = event.name();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
        assert!(event.undecoded <= body.len(), "{event:?}");
    }
    let part = SharedObject::parse(kind, body.get(..body.len() * cut / 256).unwrap_or(body), &limits);
    if part.format_byte == object.format_byte {
        let whole = part.events.len().saturating_sub(1);
        for (cut, all) in part.events.iter().zip(&object.events).take(whole) {
            assert_eq!(format!("{cut:?}"), format!("{all:?}"), "cut (left) and whole (right)");
        }
    }
}

/// Lengths of pieces, then the bytes: the steps are those of all bytes at once.
fn handshake(mut input: Input<'_>) {
    let hello: Hello = Box::new([input.u8(); 1536]);
    let how = input.u8();
    let form =
        (how & 4 == 0).then_some(Form::Digest(Digest { place: Place::At8, offset: u16::from(how) * 7 }));
    let peer = (how & 1 == 0).then_some(Said { hello: &hello, form });
    let dir = if how & 2 == 0 { Dir::ClientToServer } else { Dir::ServerToClient };
    let pieces: Vec<usize> = input.take(8).iter().map(|n| 1 + usize::from(*n) * 7).collect();
    let bytes = input.rest();
    let (whole, used, prefix) = take(bytes, &[bytes.len().max(1)], peer, dir);
    let cut = take(bytes, &pieces, peer, dir);
    assert_eq!(cut, (whole.clone(), used, prefix), "in pieces of {pieces:?} (left), and at once (right)");
    let all = usize::from(HANDSHAKE_BYTES) + prefix;
    assert_eq!(used, bytes.len().min(all), "it takes what it needs and no more");
    let behind = used - prefix;
    assert_eq!(
        whole.len(),
        usize::from(behind >= 1537) + usize::from(behind >= 3073),
        "one step for each part"
    );
    gaps(bytes, &pieces, dir);
}

/// The steps, the bytes taken, and those of them that are a prefix.
fn take(bytes: &[u8], pieces: &[usize], peer: Option<Said<'_>>, dir: Dir) -> (Vec<Step>, usize, usize) {
    let mut handshake = Handshake::new(dir);
    let (mut steps, mut rest, mut total) = (Vec::new(), bytes, 0);
    for len in pieces.iter().copied().cycle().take_while(|_| !pieces.is_empty()) {
        if rest.is_empty() || handshake.is_done() {
            break;
        }
        let (mut piece, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        rest = behind;
        while !piece.is_empty() && !handshake.is_done() {
            let (used, step) = handshake.data(piece, PacketRef::default(), peer);
            assert!(0 < used && used <= piece.len(), "{used} of {} bytes", piece.len());
            steps.extend(step);
            total += used;
            piece = piece.get(used..).unwrap_or(&[]);
        }
    }
    if pieces.is_empty() {
        return take(bytes, &[bytes.len().max(1)], peer, dir);
    }
    (steps, total, usize::from(handshake.prefix_bytes()))
}

/// With holes between the pieces it still ends behind 3073 bytes and a prefix, and says that it cannot tell.
fn gaps(bytes: &[u8], pieces: &[usize], dir: Dir) {
    let mut handshake = Handshake::new(dir);
    let mut total = 0;
    let mut steps = 0;
    for (n, len) in pieces.iter().enumerate() {
        let mut left = *len;
        while left > 0 && !handshake.is_done() {
            let piece = bytes.get(total..total + left).filter(|_| n % 2 == 0);
            let (used, step) = if let Some(piece) = piece {
                handshake.data(piece, PacketRef::default(), None)
            } else {
                let (used, step) = handshake.gap(left as u64);
                (usize::try_from(used).unwrap_or(usize::MAX), step)
            };
            assert!(0 < used && used <= left, "{used} of {left} bytes");
            assert!(!matches!(step, Some(Step::Echo(Some(_)))), "nothing to compare with");
            steps += usize::from(step.is_some());
            total += used;
            left -= used;
        }
    }
    let total = total - usize::from(handshake.prefix_bytes());
    assert!(total <= usize::from(HANDSHAKE_BYTES), "{total} bytes");
    assert_eq!(steps, usize::from(total >= 1537) + usize::from(total >= 3073), "behind {total} bytes");
}
