//! Rules `CMD`: commands, and the states of NetConnection and NetStream.

rules! { cmd_02_connect_transaction }
