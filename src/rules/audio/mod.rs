//! Rules `AUD`: audio tags and AAC.

rules! {}
