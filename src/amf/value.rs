//! One AMF value as a plain tree, with accessors for those who look for something in it.
//!
//! Values of both formats; integers of AMF3 are numbers. Text is lossy UTF-8: bytes that are not UTF-8
//! become U+FFFD.

/// Names and values of an object, as they came: order kept, duplicates kept.
pub(crate) type Fields = Vec<(String, Value)>;

/// An AMF value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Any number.
    Number(f64),
    /// True or false; any byte but 0 is true.
    Boolean(bool),
    /// Text of any length.
    String(String),
    /// An anonymous object.
    Object(Fields),
    /// An associative array; its count is only a hint and is not kept.
    EcmaArray(Fields),
    /// A dense array.
    StrictArray(Vec<Self>),
    /// An AMF3 array with names for some of its values.
    MixedArray {
        /// The values without a name.
        items: Vec<Self>,
        /// The others.
        fields: Fields,
    },
    /// A point in time.
    Date {
        /// Milliseconds since 1970-01-01 UTC.
        ms: f64,
        /// Time zone in minutes; reserved, should be 0. AMF3 has none.
        zone_min: Option<i16>,
    },
    /// Null.
    Null,
    /// Undefined.
    Undefined,
    /// A value its sender could not express.
    Unsupported,
    /// An XML document, as text.
    Xml(String),
    /// An object of a named class.
    Typed {
        /// Name of the class.
        class: String,
        /// Its fields.
        fields: Fields,
    },
    /// An object that writes itself, which ends what is known of the message.
    Externalizable {
        /// Name of the class.
        class: String,
        /// Bytes from its data to the end of the message.
        len: usize,
    },
    /// An object that writes itself as one value.
    Wrapper {
        /// Name of the class.
        class: String,
        /// What it wrote.
        value: Box<Self>,
    },
    /// Bytes, which are not kept.
    Bytes {
        /// How many.
        len: usize,
    },
    /// A dense array of one type.
    Vector {
        /// `int`, `uint`, `double`, or the class of the objects.
        of: String,
        /// Its values.
        items: Vec<Self>,
    },
    /// Values by keys of any type.
    Dictionary(Vec<(Self, Self)>),
    /// A reference that does not lead to a finished value: to an object around it, or to no object at all.
    Reference(u32),
}

/// Whole numbers up to here are exact in an f64 (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The whole number this is, as far as an f64 has them exactly.
pub(crate) fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number within 2^53")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

impl Value {
    /// The text of a string, long string or XML document.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Xml(text) => Some(text),
            _ => None,
        }
    }

    /// The number.
    pub(crate) const fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// The number, if it is a whole one of 32 bits without a sign.
    pub(crate) fn as_u32(&self) -> Option<u32> {
        self.as_f64().and_then(whole)?.try_into().ok()
    }

    /// The boolean.
    #[cfg(test)]
    pub(crate) const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(b) => Some(*b),
            _ => None,
        }
    }

    /// The fields of an object or associative array.
    pub(crate) fn fields(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(fields)
            | Self::EcmaArray(fields)
            | Self::MixedArray { fields, .. }
            | Self::Typed { fields, .. } => Some(fields),
            Self::Wrapper { value, .. } => value.fields(),
            _ => None,
        }
    }

    /// The items of an array or vector.
    pub(crate) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::StrictArray(items) | Self::MixedArray { items, .. } | Self::Vector { items, .. } => {
                Some(items)
            }
            _ => None,
        }
    }

    /// The field named `key`; of several the last, as an assignment one by one would leave it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.fields()?.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_that_are_exact_are_whole() {
        let cases = [
            (0.0, Some(0)),
            (-0.0, Some(0)),
            (-3.0, Some(-3)),
            (9_007_199_254_740_992.0, Some(1 << 53)),
            (9_007_199_254_740_994.0, None),
            (1.5, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ];
        for (number, expected) in cases {
            assert_eq!(whole(number), expected, "{number}");
        }
    }

    #[test]
    fn a_number_of_32_bits_is_neither_cut_nor_rounded() {
        assert_eq!(Value::Number(4_294_967_295.0).as_u32(), Some(u32::MAX));
        for number in [4_294_967_296.0, -1.0, 0.5, f64::NAN] {
            assert_eq!(Value::Number(number).as_u32(), None, "{number}");
        }
        assert_eq!(Value::Boolean(true).as_u32(), None);
    }
}
