//! Rules `SEC`: what a stream gives away, and what it could do to a receiver.

mod counts;
mod shared;

rules! {
    sec_01_secret_in_clear,
    sec_02_weak_protection,
    sec_03_stream_name_in_clear,
    sec_04_exhaustion,
    sec_05_odd_names,
}
