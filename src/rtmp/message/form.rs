//! How the values of a command, data or shared object message are written, and where they begin.
//!
//! Takes the type and the body; gives the rest of the body and the format of the values in it. Types 15, 16 and 17
//! have a format byte in front, nearly always 0: AMF0, which may switch to AMF3 for single values. Senders are known
//! that write 3 there, and such that leave it out; what the body begins with decides.

use super::kind::MessageType;
use crate::amf::Encoding;
use crate::amf::amf3;

/// What stands in the place of the format byte.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum FormatByte {
    /// 0, or the type has none.
    #[default]
    Usual,
    /// Another value.
    Other(u8),
    /// The type has one, the message has not.
    Absent,
}

/// The values of a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form<'a> {
    /// Their format.
    pub(crate) encoding: Encoding,
    /// Where they begin; of a shared object, where its name does.
    pub(crate) body: &'a [u8],
    /// What stood in front.
    pub(crate) format_byte: FormatByte,
}

/// The value of a format byte for AMF3.
const AMF3: u8 = 3;

impl<'a> Form<'a> {
    /// The form of a message of this type.
    pub(crate) fn of(kind: MessageType, body: &'a [u8]) -> Self {
        match kind {
            MessageType::COMMAND_AMF3 | MessageType::DATA_AMF3 => Self::of_values(body),
            MessageType::SHARED_OBJECT_AMF3 => Self::of_shared_object(body),
            _ => Self { encoding: Encoding::Amf0, body, format_byte: FormatByte::Usual },
        }
    }

    fn of_values(body: &'a [u8]) -> Self {
        let (encoding, body, format_byte) = match body {
            [0, rest @ ..] => (Encoding::Amf0, rest, FormatByte::Usual),
            [AMF3, rest @ ..] if rest.first() == Some(&amf3::STRING) => {
                (Encoding::Amf3, rest, FormatByte::Other(AMF3))
            }
            // An AMF0 object would have a name of no more than 255 bytes, and so a 0 here.
            [AMF3, rest @ ..] if rest.first().is_some_and(|next| *next != 0) => {
                (Encoding::Amf0, rest, FormatByte::Other(AMF3))
            }
            _ => (Encoding::Amf0, body, FormatByte::Absent),
        };
        Self { encoding, body, format_byte }
    }

    fn of_shared_object(body: &'a [u8]) -> Self {
        let named = |body: &[u8]| match body {
            [high, low, rest @ ..] => usize::from(u16::from_be_bytes([*high, *low])) <= rest.len(),
            _ => false,
        };
        let (encoding, rest, format_byte) = match body {
            [0, rest @ ..] => (Encoding::Amf0, rest, FormatByte::Usual),
            [AMF3, rest @ ..] => (Encoding::Amf3, rest, FormatByte::Other(AMF3)),
            _ => (Encoding::Amf0, body, FormatByte::Absent),
        };
        if !named(rest) && named(body) {
            return Self { encoding: Encoding::Amf0, body, format_byte: FormatByte::Absent };
        }
        Self { encoding, body: rest, format_byte }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: MessageType, body: &[u8]) -> (Encoding, usize, FormatByte) {
        let form = Form::of(kind, body);
        (form.encoding, body.len() - form.body.len(), form.format_byte)
    }

    #[test]
    fn commands_and_data_with_and_without_the_byte() {
        let kind = MessageType::COMMAND_AMF3;
        assert_eq!(of(MessageType::COMMAND_AMF0, &[0, 2]), (Encoding::Amf0, 0, FormatByte::Usual));
        assert_eq!(of(kind, &[0, 2, 0, 1, b'f']), (Encoding::Amf0, 1, FormatByte::Usual));
        assert_eq!(of(kind, &[2, 0, 1, b'f']), (Encoding::Amf0, 0, FormatByte::Absent));
        assert_eq!(of(kind, &[0x11, 6, 3, b'f']), (Encoding::Amf0, 0, FormatByte::Absent));
        assert_eq!(of(kind, &[3, 6, 3, b'f']), (Encoding::Amf3, 1, FormatByte::Other(3)));
        assert_eq!(of(kind, &[3, 2, 0, 1, b'f']), (Encoding::Amf0, 1, FormatByte::Other(3)));
        let object = [3, 0, 1, b'a', 5, 0, 0, 9];
        assert_eq!(of(MessageType::DATA_AMF3, &object), (Encoding::Amf0, 0, FormatByte::Absent));
        assert_eq!(of(kind, &[]), (Encoding::Amf0, 0, FormatByte::Absent));
        assert_eq!(of(kind, &[3]), (Encoding::Amf0, 0, FormatByte::Absent));
    }

    #[test]
    fn shared_objects_with_and_without_the_byte() {
        let kind = MessageType::SHARED_OBJECT_AMF3;
        assert_eq!(of(kind, &[0, 0, 2, b's', b'o', 0]), (Encoding::Amf0, 1, FormatByte::Usual));
        assert_eq!(of(kind, &[3, 0, 2, b's', b'o', 0]), (Encoding::Amf3, 1, FormatByte::Other(3)));
        assert_eq!(of(kind, &[0, 2, b's', b'o', 0]), (Encoding::Amf0, 0, FormatByte::Absent));
        assert_eq!(of(kind, &[]), (Encoding::Amf0, 0, FormatByte::Absent));
        assert_eq!(
            of(MessageType::SHARED_OBJECT_AMF0, &[0, 2, b's', b'o']),
            (Encoding::Amf0, 0, FormatByte::Usual)
        );
    }
}
