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
