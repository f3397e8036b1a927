//! Rules `PC`: protocol control messages.

rules! { pc_02_control_length }
