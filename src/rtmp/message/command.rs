//! Command messages (RTMP 1.0, 7.1.1 and 7.2): name, transaction id, command object, arguments.
//!
//! Takes the body of a message of type 17 or 20; gives a [`Command`] with all values that could be read. What a command
//! means is the session's business.

use super::form::{Form, FormatByte};
use super::kind::MessageType;
use crate::amf::Value;
use crate::amf::error::AmfError;
use crate::amf::{self, Decoded, Note};
use crate::base::limits::Limits;

/// A decoded command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Command {
    /// Name of the procedure, or `_result`, `_error`, `onStatus`.
    pub(crate) name: String,
    /// Transaction id; `None` when the message holds no number there.
    pub(crate) transaction_id: Option<f64>,
    /// Command object, null or absent.
    pub(crate) object: Option<Value>,
    /// The values after it.
    pub(crate) arguments: Vec<Value>,
    /// What is wrong with the values: where decoding stopped, or a reference that leads nowhere, which stops nothing.
    pub(crate) error: Option<AmfError>,
    /// Bytes not decoded.
    pub(crate) undecoded: usize,
    /// Whether it is of type 17, or any of its values is AMF3.
    pub(crate) amf3: bool,
    /// What stood in front of the values.
    pub(crate) format_byte: FormatByte,
    /// What there is to note about the values.
    pub(crate) notes: Vec<Note>,
}

impl Command {
    /// Decodes the body of a message of type 17 or 20; `None` when it does not begin with a name.
    pub(crate) fn parse(kind: MessageType, body: &[u8], limits: &Limits) -> Option<Self> {
        let form = Form::of(kind, body);
        let command = Self::of(amf::decode(form.encoding, form.body, limits))?;
        let amf3 = command.amf3 || kind == MessageType::COMMAND_AMF3;
        Some(Self { amf3, format_byte: form.format_byte, ..command })
    }

    fn of(decoded: Decoded) -> Option<Self> {
        let mut values = decoded.values.into_iter().peekable();
        let Some(Value::String(name)) = values.next() else { return None };
        let transaction_id = match values.peek() {
            Some(Value::Number(n)) => Some(*n),
            _ => None,
        };
        if transaction_id.is_some() {
            values.next();
        }
        Some(Self {
            name,
            transaction_id,
            object: values.next(),
            arguments: values.collect(),
            error: decoded.error,
            undecoded: decoded.rest,
            amf3: decoded.amf3,
            format_byte: FormatByte::Usual,
            notes: decoded.notes,
        })
    }

    /// The argument at `index` as text.
    pub(crate) fn text(&self, index: usize) -> Option<&str> {
        self.arguments.get(index).and_then(Value::as_str)
    }

    /// The argument at `index` as a number.
    pub(crate) fn number(&self, index: usize) -> Option<f64> {
        self.arguments.get(index).and_then(Value::as_f64)
    }

    /// The status object of an `onStatus`, `_result` or `_error`: the first value that has a `code`.
    pub(crate) fn status(&self) -> Option<&Value> {
        self.arguments.iter().chain(self.object.as_ref()).find(|v| v.get("code").is_some())
    }

    /// The status code, `NetConnection.Connect.Success` and the like.
    pub(crate) fn code(&self) -> Option<&str> {
        self.status().and_then(|s| s.get("code")).and_then(Value::as_str)
    }
}
