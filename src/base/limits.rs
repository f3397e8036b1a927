//! Every bound on what input may cost, in one place.

/// Bounds on memory and output. Reaching one is counted and shown in the report, never an abort.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest packet record or capture block that is read, in bytes; longer ones end the reading of that file.
    pub block_bytes: usize,
    /// IP datagrams being put together from fragments at one time.
    pub fragmented_datagrams: usize,
    /// Largest reassembled IP datagram, in bytes.
    pub datagram_bytes: usize,
    /// Bytes of memory that may be held for all there is: open connections, the connections listed, fragments, the
    /// reading of files. Beyond it open connections that hold most give up what they wait for, and those idle for
    /// longest are ended.
    pub memory_bytes: usize,
    /// Connections open at one time; beyond it the one idle for longest is closed.
    pub connections: usize,
    /// Out-of-order bytes held per direction before the hole in front of them is given up.
    pub held_bytes: usize,
    /// Chunk streams per direction.
    pub chunk_streams: usize,
    /// Bytes kept of all messages in the making, per direction.
    pub partial_bytes: usize,
    /// Bytes kept to find chunk headers again, per direction.
    pub search_bytes: usize,
    /// Connections listed in the report, those with the first numbers; those beyond are counted and not decoded.
    pub reported_connections: usize,
    /// Bytes that the connections listed in the report may take, about; those beyond are counted.
    pub report_bytes: usize,
    /// Bytes kept of a command, control, data or codec configuration message.
    pub command_bytes: usize,
    /// Nesting of AMF values.
    pub amf_depth: usize,
    /// AMF values in one message.
    pub amf_values: usize,
    /// Commands listed per connection.
    pub commands: usize,
    /// Message streams per connection; also tracks of which it is kept what came in band about them.
    pub streams: usize,
    /// Tracks of a message stream beside the default one, per kind; also tracks told of one message.
    pub tracks: usize,
    /// Timeline entries kept per connection in the report.
    pub timeline: usize,
    /// Timeline entries kept of all connections together.
    pub timeline_total: usize,
    /// Findings kept per connection.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block_bytes: 16 << 20,
            fragmented_datagrams: 256,
            datagram_bytes: 1 << 20,
            memory_bytes: 192 << 20,
            connections: 100_000,
            held_bytes: 4 << 20,
            chunk_streams: 4096,
            partial_bytes: 4 << 20,
            search_bytes: 256 << 10,
            reported_connections: 10_000,
            report_bytes: 80 << 20,
            command_bytes: 256 << 10,
            amf_depth: 32,
            amf_values: 10_000,
            commands: 1000,
            streams: 256,
            tracks: 32,
            timeline: 1000,
            timeline_total: 50_000,
            findings: 200,
        }
    }
}
