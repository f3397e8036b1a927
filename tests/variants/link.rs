//! What carries TCP: links, tunnels, IP versions, fragments, and what cards leave undone.

use crate::common::capture::Capture;
use crate::common::ip::{FragmentOrder, Tunnel};
use crate::common::tcp::Flow;
use crate::common::wire::Link;
use crate::support::run::Input;

use super::compare::{Times, check};

/// A variant of the frames, with IPv4 and with IPv6.
fn frames(name: &str, times: Times, vary: impl Fn(Capture) -> Capture) {
    check(name, times, |s| vary(Capture::of(&s.packets)).bytes().into());
    check(&format!("{name}, IPv6"), times, |s| v6(s, &vary));
}

fn v6(subject: &super::compare::Subject, vary: impl Fn(Capture) -> Capture) -> Input {
    vary(Capture::of(&subject.over(|tcp| tcp.flow = Flow::v6()))).bytes().into()
}

#[test]
fn ethernet() {
    frames("plain", Times::Same, |c| c);
    frames("padding", Times::Same, Capture::pad);
    frames("trailer", Times::Same, |c| c.trailer(6));
    frames("bad checksums", Times::Same, Capture::bad_checksums);
    frames("no IP length", Times::Same, Capture::zero_length);
}

#[test]
fn tags() {
    frames("VLAN", Times::Same, |c| c.link(Link::Vlan(42)));
    frames("QinQ", Times::Same, |c| c.link(Link::QinQ(7, 42)).trailer(4));
    frames("MPLS", Times::Same, |c| c.link(Link::Mpls(1_000)));
    frames("PPPoE", Times::Same, |c| c.link(Link::Pppoe));
}

#[test]
fn other_links() {
    frames("SLL", Times::Same, |c| c.link(Link::Sll));
    frames("SLL2", Times::Same, |c| c.link(Link::Sll2));
    frames("null", Times::Same, |c| c.link(Link::NullLe));
    frames("null, big-endian", Times::Same, |c| c.link(Link::NullBe));
    frames("loop", Times::Same, |c| c.link(Link::Loop));
    frames("raw", Times::Same, |c| c.link(Link::Raw));
}

#[test]
fn tunnels() {
    frames("VXLAN", Times::Same, |c| c.tunnel(Tunnel::Vxlan(42)));
    frames("GRE", Times::Same, |c| c.tunnel(Tunnel::Gre));
    frames("GTP-U", Times::Same, |c| c.tunnel(Tunnel::GtpU(99)).link(Link::Vlan(3)));
}

#[test]
fn fragments() {
    frames("fragments", Times::Other, |c| c.mtu(576));
    frames("fragments, last first", Times::Other, |c| c.mtu(576).fragment_order(FragmentOrder::Backward));
    frames("fragments, shuffled", Times::Other, |c| c.mtu(296).fragment_order(FragmentOrder::Shuffled(3)));
    frames("fragments in padded and tagged frames", Times::Other, |c| {
        c.mtu(576).link(Link::QinQ(1, 2)).pad().trailer(4)
    });
}
