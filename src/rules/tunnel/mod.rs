//! Rules `TUN`: RTMP inside of HTTP and TLS, and RTMPE.

rules! { tun_04_rtmpe, tun_05_tls }
