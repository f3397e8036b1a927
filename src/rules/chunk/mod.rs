//! Rules `CH`: the chunk layer.

rules! {}
