//! Rules `ACK`: acknowledgements and windows.

mod shared;

rules! {
    ack_01_never_acknowledged,
    ack_02_late_acknowledgement,
    ack_03_more_than_sent,
    ack_04_strange_base,
    ack_05_goes_back,
    ack_06_unusual_window,
}
