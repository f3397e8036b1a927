//! The window: what was put in comes out again, by stream offset.

use super::window::{Again, Look, Window};
use crate::base::pos::PacketRef;
use crate::base::time::CaptureTime;

fn at(no: u64) -> PacketRef {
    PacketRef { no, ts: CaptureTime(0), acked: 0 }
}

/// Data, data, a hole, a snapped hole, data; from offset 100.
fn window() -> Window {
    let mut window = Window::default();
    window.push_data(100, b"abc", at(1));
    window.push_data(103, b"de", at(2));
    window.push_hole(105, 10, false, at(3));
    window.push_hole(115, 4, true, at(4));
    window.push_data(119, b"fgh", at(5));
    window
}

fn data(bytes: &[u8], open: bool) -> Look<'_> {
    Look::Data { bytes, open }
}

#[test]
fn bytes_reach_over_packets_up_to_a_hole() {
    let window = window();
    assert_eq!(window.end(), 122);
    assert_eq!(window.look(100), data(b"abcde", false));
    assert_eq!(window.look(104), data(b"e", false));
    for pos in 105..119 {
        assert_eq!(window.look(pos), Look::Hole, "{pos}");
    }
    assert_eq!(window.look(119), data(b"fgh", true));
    assert_eq!(window.look(121), data(b"h", true));
    assert_eq!(window.look(122), Look::Beyond);
}

#[test]
fn data_in_front_of_a_hole_at_the_end_cannot_go_on() {
    let mut window = Window::default();
    window.push_data(7, b"ab", at(1));
    assert_eq!(window.look(7), data(b"ab", true));
    window.push_hole(9, 1, false, at(2));
    assert_eq!(window.look(7), data(b"ab", false));
    assert_eq!((window.look(9), window.look(10)), (Look::Hole, Look::Beyond));
}

#[test]
fn nothing_is_no_piece() {
    let mut window = Window::default();
    window.push_data(7, b"", at(1));
    window.push_hole(7, 0, false, at(1));
    assert_eq!((window.held(), window.last_packet()), (0, None));
    assert_eq!((window.look(7), window.again(7), window.next_data(7)), (Look::Beyond, None, None));
}

#[test]
fn the_next_data_is_here_or_behind_the_hole() {
    let window = window();
    assert_eq!(window.next_data(100), Some(100));
    assert_eq!(window.next_data(104), Some(104));
    assert_eq!(window.next_data(105), Some(119));
    assert_eq!(window.next_data(121), Some(121));
    assert_eq!(window.next_data(122), None);
    let mut window = window;
    window.push_hole(122, 5, false, at(6));
    assert_eq!(window.next_data(122), None);
}

#[test]
fn pieces_come_again_as_they_came() {
    let window = window();
    assert_eq!(window.again(100), Some(Again::Data { bytes: b"abc", at: at(1) }));
    assert_eq!(window.again(102), Some(Again::Data { bytes: b"c", at: at(1) }));
    assert_eq!(window.again(103), Some(Again::Data { bytes: b"de", at: at(2) }));
    assert_eq!(window.again(105), Some(Again::Hole { len: 10, snapped: false, at: at(3) }));
    assert_eq!(window.again(112), Some(Again::Hole { len: 3, snapped: false, at: at(3) }));
    assert_eq!(window.again(118), Some(Again::Hole { len: 1, snapped: true, at: at(4) }));
    assert_eq!(window.again(120), Some(Again::Data { bytes: b"gh", at: at(5) }));
    assert_eq!(window.again(122), None);
    assert_eq!(window.again(99), None);
    let packets: Vec<_> = [100, 103, 105, 115, 119].iter().map(|pos| window.packet(*pos)).collect();
    assert_eq!(packets, [1, 2, 3, 4, 5].map(|no| Some(at(no))));
    assert_eq!((window.packet(122), window.last_packet()), (None, Some(at(5))));
}

/// Snapped bytes were on the wire, lost ones were not.
#[test]
fn on_the_wire_is_what_a_packet_brought() {
    let window = window();
    for (from, to, want) in
        [(100, 122, 12), (101, 104, 3), (105, 115, 0), (110, 117, 2), (118, 120, 2), (104, 104, 0)]
    {
        assert_eq!(window.on_wire(from, to), want, "{from}..{to}");
    }
    // What is asked beyond the window is not there.
    assert_eq!(window.on_wire(120, 500), 2);
}

#[test]
fn offsets_stay_right_when_the_front_is_forgotten() {
    let whole = window();
    for front in 100..=122 {
        let mut window = window();
        window.forget_before(front);
        // Whole pieces go.
        let kept = (front..122).filter(|pos| whole.look(*pos) != Look::Hole);
        for pos in kept {
            assert_eq!(window.look(pos), whole.look(pos), "{pos} without what is in front of {front}");
            assert_eq!(window.again(pos), whole.again(pos));
        }
        assert_eq!(window.on_wire(front, 122), whole.on_wire(front, 122));
        window.push_data(122, b"ij", at(6));
        assert_eq!(window.look(121.max(front)), data(&b"hij"[usize::from(front == 122)..], true));
        assert_eq!(window.again(122), Some(Again::Data { bytes: b"ij", at: at(6) }));
        assert_eq!(window.end(), 124);
    }
}

#[test]
fn what_is_forgotten_is_not_held() {
    let mut window = Window::default();
    let mut most = 0;
    for n in 0..1000_u64 {
        window.push_data(n * 100, &[7; 100], at(n));
        window.forget_before((n * 100).saturating_sub(1000));
        most = most.max(window.held());
    }
    assert!(most < 4000, "{most} bytes for eleven pieces of 100");
    window.forget_before(100_000);
    assert_eq!(window.held(), 0);
}

#[test]
fn the_middle_is_the_start_of_a_piece() {
    let mut window = Window::default();
    window.push_data(50, b"abc", at(1));
    assert_eq!(window.middle(), 53, "one piece goes as a whole");
    window.push_data(53, b"def", at(2));
    assert_eq!(window.middle(), 53);
    window.push_hole(56, 9, false, at(3));
    window.push_data(65, b"g", at(4));
    assert_eq!(window.middle(), 56);
}
